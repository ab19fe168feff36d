import * as v from 'valibot';
import { idOf, type ThirdPartyId } from '#platform/ids.ts';

const optionalText = (most: number) =>
  v.pipe(
    v.optional(v.string(), ''),
    v.trim(),
    v.maxLength(most),
    v.transform((text) => text || null)
  );

/** Somebody else who is named, as they are named; several spellings are parted by a comma or a slash. */
export const Flag = v.object({ name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200)), note: optionalText(1_000) });
export type Flag = v.InferOutput<typeof Flag>;

export const ThirdPartyNamed = v.object({ thirdPartyId: idOf<ThirdPartyId>() });
export type ThirdPartyNamed = v.InferOutput<typeof ThirdPartyNamed>;

export const THIRD_PARTY_VERDICTS = ['leave_out', 'may_be_named'] as const;
export const ThirdPartyAssessment = v.object({
  thirdPartyId: idOf<ThirdPartyId>(),
  verdict: v.picklist(THIRD_PARTY_VERDICTS),
  reason: v.pipe(v.string(), v.trim(), v.minLength(10), v.maxLength(4_000))
});
export type ThirdPartyAssessment = v.InferOutput<typeof ThirdPartyAssessment>;

import * as v from 'valibot';
import { LOCALES } from '#i18n/locale.ts';
import { QUESTIONS } from '#modules/consent/rules.ts';
import { idOf, type NarrationId } from '#platform/ids.ts';

/** The parts of a consent text that are read aloud: what stands before the questions, and each question with its explanation. */
export const PARTS = ['before', ...QUESTIONS] as const;
export type Part = (typeof PARTS)[number];

/** The largest file that is taken (bytes, 16 MiB), and the longest reading (ms, 15 minutes). */
export const MOST_BYTES = 16 * 1024 * 1024;
export const LONGEST_MS = 15 * 60_000;

export const NewNarration = v.object({
  textVersion: v.pipe(v.string(), v.regex(/^\d{1,6}$/), v.transform(Number)),
  language: v.picklist(LOCALES),
  part: v.picklist(PARTS),
  sound: v.pipe(
    v.instance(Blob),
    v.check((sound) => sound.size > 0)
  )
});
export type NewNarration = v.InferOutput<typeof NewNarration>;

export const NarrationNamed = v.object({ narrationId: idOf<NarrationId>() });
export type NarrationNamed = v.InferOutput<typeof NarrationNamed>;

import * as v from 'valibot';
import { idOf, type EarlierAccountId, type SpokenWordId, type UnderstandingId } from '#platform/ids.ts';
import { LOCALES } from '#i18n/locale.ts';
import { ANSWERS, QUESTIONS } from './rules.ts';

export const OneAnswer = v.object({
  question: v.picklist(QUESTIONS),
  answer: v.picklist(ANSWERS),
  /** The words the person read when they answered. */
  textVersion: v.pipe(v.union([v.number(), v.pipe(v.string(), v.regex(/^\d{1,6}$/), v.transform(Number))]), v.integer()),
  textLanguage: v.picklist(LOCALES)
});
export type OneAnswer = v.InferOutput<typeof OneAnswer>;

export const TOLD_TO = ['organisation', 'journalist', 'court', 'asylum_office', 'public', 'other'] as const;

/** Something told before (R15). What was left empty is null. */
export const EarlierAccount = v.object({
  toldTo: v.picklist(TOLD_TO),
  link: v.pipe(
    v.optional(v.string(), ''),
    v.trim(),
    v.maxLength(2_000),
    v.check((text) => text === '' || /^https?:\/\/\S+$/.test(text)),
    v.transform((text) => text || null)
  ),
  note: v.pipe(
    v.optional(v.string(), ''),
    v.trim(),
    v.maxLength(1_000),
    v.transform((text) => text || null)
  )
});
export type EarlierAccount = v.InferOutput<typeof EarlierAccount>;

export const EarlierAccountNamed = v.object({ id: idOf<EarlierAccountId>() });

export const Understanding = v.object({ words: v.pipe(v.optional(v.string(), ''), v.trim(), v.maxLength(8_000)) });
export type Understanding = v.InferOutput<typeof Understanding>;

export const UnderstandingNamed = v.object({ id: idOf<UnderstandingId>() });

export const UnderstandingRead = v.object({
  id: idOf<UnderstandingId>(),
  verdict: v.picklist(['understood', 'help_offered']),
  message: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(8_000)))
});
export type UnderstandingRead = v.InferOutput<typeof UnderstandingRead>;

/** How and when a call is safe, as the person typed it. */
export const CallHow = v.object({ how: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(2_000)) });
export type CallWish = { body: string };

export const SPOKEN_PURPOSES = ['consent', 'understanding'] as const;
export type SpokenPurpose = (typeof SPOKEN_PURPOSES)[number];

/** Sound as a browser sends it beside its bytes. */
export const SpokenSound = v.object({
  id: idOf<SpokenWordId>(),
  purpose: v.picklist(SPOKEN_PURPOSES),
  /** Without parameters: `audio/webm`. */
  mediaType: v.pipe(v.string(), v.toLowerCase(), v.regex(/^audio\/[a-z0-9.+-]{1,60}$/)),
  /** Lower case hex, of the bytes as they were recorded. */
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))
});
export type SpokenSound = v.InferOutput<typeof SpokenSound>;

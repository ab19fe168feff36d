import * as v from 'valibot';
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

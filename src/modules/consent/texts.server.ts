import { createHash } from 'node:crypto';
import type { Locale } from '#i18n/locale.ts';
import { consentTexts } from '#i18n/resources.server.ts';
import { canonical, type Question } from './rules.ts';

/** Counted up whenever a word of i18n/locales/…/consent-text.json changes, in any language: stored versions never change (R8). */
export const TEXT_VERSION = 1;

export type QuestionText = { question: string; who: string; what: string; worst: string };
export type ConsentText = {
  /** What everyone reads before they begin: what happens, the risks, storage (R5, R14, R15, R25). */
  before: { id: string; title: string; text: string }[];
  questions: Record<Question, QuestionText>;
};

export const CONSENT_TEXTS: Record<Locale, ConsentText> = consentTexts;

/** SHA-256, lower case hex, of a text's canonical JSON; also of a body read back from the database. */
export function textSha256(body: unknown): string {
  return createHash('sha256').update(canonical(body)).digest('hex');
}

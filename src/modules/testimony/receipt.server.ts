import { createHmac, randomInt } from 'node:crypto';
import { hashRaw } from '@node-rs/argon2';
import type { Locale } from '#i18n/locale.ts';
import { receiptWords } from '#i18n/resources.server.ts';
import type { Env } from '#platform/env.ts';
import { DomainError } from '#platform/errors.ts';
import { readWords, WORDS } from './receipt.ts';

/** Everyday, neutral words, each distinct from every other as receipt.ts compares them (a test counts them). */
export const wordsToDraw = (locale: Locale): string[] => receiptWords[locale].flatMap((line) => line.split(' '));

/** 64 MiB and three passes, above OWASP's least for Argon2id; the words alone hold 80 bits. */
const COST = { memoryCost: 65_536, timeCost: 3, parallelism: 1, outputLen: 32 };

/** Each hash holds 64 MiB: one after the other, and past this many a short "try again". */
const MOST_WAITING = 40;
let waiting = 0;
let last: Promise<unknown> = Promise.resolve();

/** A receipt's words in a language, drawn evenly from its list. */
export function drawWords(locale: Locale): string[] {
  const list = wordsToDraw(locale);
  return Array.from({ length: WORDS }, () => list[randomInt(list.length)]!);
}

/**
 * What the database keeps of a receipt: 32 bytes, the same each time for the same words, so that they find it by themselves. The salt
 * is this archive's own: without its secret a copy of the database cannot be searched for words.
 *
 * @returns null when these cannot be a receipt's words (their number is wrong)
 * @throws DomainError `too_many_requests`
 */
export async function hashWords({ env }: { env: Pick<Env, 'SAWT_SECRET'> }, typed: string): Promise<Buffer | null> {
  const words = readWords(typed);
  if (words.length !== WORDS) return null;
  if (waiting >= MOST_WAITING) throw new DomainError('too_many_requests');
  const salt = createHmac('sha256', Buffer.from(env.SAWT_SECRET, 'hex')).update('receipt').digest();
  waiting += 1;
  // The one before may have failed; that is its caller's matter.
  const hash = last.catch(() => undefined).then(() => hashRaw(words.join(' '), { ...COST, salt }));
  last = hash;
  try {
    return await hash;
  } finally {
    waiting -= 1;
  }
}

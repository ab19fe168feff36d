import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LOCALES, type Locale } from '#i18n/locale.ts';
import type { DomainError } from '#platform/errors.ts';
import { drawWords, hashWords, wordsToDraw } from './receipt.server.ts';
import { readWords, WORDS } from './receipt.ts';

const env = { SAWT_SECRET: 'ab'.repeat(32) };

it.each(LOCALES)('draws from words that stay apart however they are written: %s', (locale) => {
  const list = wordsToDraw(locale);
  expect(new Set(list.flatMap(readWords)).size).toBe(list.length);
  expect(WORDS * Math.log2(list.length)).toBeGreaterThanOrEqual(80);
});

const OF_DETENTION: Record<Locale, string> = {
  ar: 'سجن سجين سجان زنزانة قيد سوط محقق فرع قفل كبل دولاب أسد رقم توقيع برميل',
  en: 'prison cell guard chain whip lock key number signature barrel tank gun blood',
  es: 'preso celda guardia cadena cerrojo candado llave firma barril sangre arma grillo esposas',
  fr: 'prison cellule gardien garde chaîne fouet cadenas clé numéro signature baril sang arme',
  tr: 'hapis hücre gardiyan zincir kırbaç kilit anahtar numara imza varil kan silah kelepçe'
};
it.each(LOCALES)('has no word of detention among them: %s', (locale) => {
  const list = wordsToDraw(locale).flatMap(readWords);
  for (const word of readWords(OF_DETENTION[locale])) expect(list).not.toContain(word);
});

it('reads words as people write them on paper', () => {
  expect(readWords('١. زَيتُون  ٢) إبريق\n3- مريميّة،  مؤرخ  ـشـاي  على')).toEqual(['زيتون', 'ابريق', 'مريميه', 'مورخ', 'شاي', 'علي']);
  expect(readWords(' Olive,  WINDOW\tCafé ')).toEqual(['olive', 'window', 'cafe']);
});

it('finds the same words again under any spacing, numbering, case or harakat', async () => {
  const noise = fc.constantFrom(' ', '  ', '\n', '، ', ', ', ' 1. ', ' ٢- ', '\u200f ');
  await fc.assert(
    fc.property(fc.constantFrom(...LOCALES), fc.array(noise, { minLength: WORDS, maxLength: WORDS }), (locale, between) => {
      const drawn = drawWords(locale);
      const typed = drawn.map((word, at) => between[at] + (at % 2 ? word.toUpperCase() : `${word[0]}\u064e${word.slice(1)}`)).join('');
      expect(readWords(typed)).toEqual(drawn.flatMap(readWords));
    }),
    { numRuns: 100 }
  );
});

it('keeps 32 bytes that need the archive’s secret', async () => {
  const words = drawWords('ar').join(' ');
  const hash = await hashWords({ env }, words);
  expect(hash).toHaveLength(32);
  expect(await hashWords({ env }, `  ${words.replaceAll(' ', '\n')}`)).toEqual(hash);
  expect(await hashWords({ env: { SAWT_SECRET: 'cd'.repeat(32) } }, words)).not.toEqual(hash);
});

it('takes nothing but eight words for a receipt', async () => {
  for (const typed of ['', 'olive window moon', '12345678', drawWords('en').concat('one').join(' ')])
    expect(await hashWords({ env }, typed)).toBeNull();
});

it('answers a flood with "too many" instead of filling the memory', async () => {
  const words = drawWords('en').join(' ');
  const asked = await Promise.allSettled(Array.from({ length: 45 }, () => hashWords({ env }, words)));
  const refused = asked.filter((one) => one.status === 'rejected').map((one) => one.reason as DomainError);
  expect(refused.map((error) => error.code)).toEqual(Array.from({ length: 5 }, () => 'too_many_requests'));
});

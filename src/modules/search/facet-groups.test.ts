import { expect, it } from 'vitest';
import { createTranslator } from '#i18n/compact.ts';
import { createFormats } from '#i18n/format.ts';
import type { Messages } from '#i18n/keys.ts';
import { resources } from '#i18n/resources.server.ts';
import { facetGroups } from './facet-groups.ts';

const names = {
  facilities: [{ slug: 'qalaa', ar: 'سجن القلعة', en: 'Citadel prison' }],
  themes: [{ slug: 'food', ar: 'الطعام', en: 'Food' }]
};
const reading = { t: createTranslator('ar', () => resources.ar as Messages), format: createFormats('ar'), locale: 'ar' as const, names };
const asked = { q: '', facility: [], years: [], themes: [], language: [], medium: [], page: 1 };
const none = { facility: {}, years: {}, themes: {}, language: {}, medium: {} };

it('names values in the reader’s words, the most frequent first, years in their order', () => {
  const groups = facetGroups(
    { ...none, facility: { jisr: 1, qalaa: 5 }, years: { 2010: 9, 1980: 1 }, language: { ku: 1 } },
    asked,
    reading
  );
  expect(groups.map(({ field }) => field)).toEqual(['facility', 'years', 'language']);
  expect(groups[0]!.values.map(({ name, count }) => [name, count])).toEqual([
    ['سجن القلعة', 5],
    ['jisr', 1]
  ]);
  expect(groups[1]!.values.map(({ name, value }) => [name, value])).toEqual([
    ['١٩٨٠–١٩٨٩', '1980-1989'],
    ['٢٠١٠–٢٠١٩', '2010-2019']
  ]);
  expect(groups[2]!.values[0]!.name).toBe('الكردية');
});

it('keeps a chosen value that nothing answers to, so that it can be taken back', () => {
  const years = Array.from({ length: 10 }, (_, n) => 1980 + n);
  const groups = facetGroups(none, { ...asked, themes: ['food'], years: [...years, 1995] }, reading);
  expect(groups.flatMap(({ values }) => values).map(({ value, count, chosen }) => [value, count, chosen])).toEqual([
    ['1980-1989', 0, true],
    ['food', 0, true]
  ]);
});

import { expect, it } from 'vitest';
import { createFormats, timecode } from './format.ts';
import { inLocale, negotiateLocale } from './locale.ts';
import { richParts } from './rich.ts';

it.each([
  ['en-GB,en;q=0.9,ar;q=0.8', 'en'],
  ['ar-SY,en;q=0.5', 'ar'],
  ['en;q=0.3, ar;q=0.7', 'ar'],
  ['nl, de', 'ar'],
  ['nl, en;q=0.1', 'en'],
  ['en;q=0', 'ar'],
  ['', 'ar'],
  [null, 'ar']
] as const)('answers %s with %s', (header, locale) => expect(negotiateLocale(header)).toBe(locale));

it('leads to the same page in the other language, query and all', () => {
  expect(inLocale(new URL('https://x/ar/search?q=%D8%AE#top'), 'en')).toBe('/en/search?q=%D8%AE');
  expect(inLocale(new URL('https://x/ar'), 'en')).toBe('/en');
});

it('writes prose in the digits of the language and timecodes alike in all', () => {
  const [ar, en] = [createFormats('ar'), createFormats('en')];
  expect(ar.number(1234)).toBe('١٢٣٤');
  expect(ar.year(1986)).toBe('١٩٨٦');
  expect(ar.month('2026-03-03')).toBe('آذار ٢٠٢٦');
  expect(en.date('2026-05-03')).toBe('3 May 2026');
  expect(ar.duration(4_800)).toBe('ساعة و٢٠ دقيقة');
  expect(en.duration(32)).toBe('32 seconds');
  expect(en.language('ku')).toBe('Kurdish');
  expect([timecode(761.9), timecode(3_723), timecode(-1)]).toEqual(['12:41', '1:02:03', '00:00']);
});

it('knows two tags in a message and takes every other for text', () => {
  expect(richParts('from <bdi>12:41</bdi> <i>x</i> <b>on</b>')).toEqual([
    { tag: null, text: 'from ' },
    { tag: 'bdi', text: '12:41' },
    { tag: null, text: ' <i>x</i> ' },
    { tag: 'b', text: 'on' }
  ]);
});

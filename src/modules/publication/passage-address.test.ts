import { expect, it } from 'vitest';
import { parseMoment, passageAnchor, passageHref } from './passage-address.ts';

it('names a passage by its time, in every language alike', () => {
  expect(passageAnchor({ mediumNumber: 1, startMs: 761_200, position: 3 })).toBe('t-12-41');
  expect(passageAnchor({ mediumNumber: 2, startMs: 3_723_000, position: 3 })).toBe('t2-1-02-03');
  expect(passageAnchor({ mediumNumber: 1, startMs: null, position: 3 })).toBe('p-3');
});

it('leads to a passage with and without script', () => {
  expect(passageHref('ar', 'x', { mediumNumber: 1, startMs: 761_200, position: 3 })).toBe('/ar/testimonies/x?t=761.2#t-12-41');
  expect(passageHref('en', 'x', { mediumNumber: 2, startMs: 5_000, position: 3 })).toBe('/en/testimonies/x?t=5&m=2#t2-00-05');
  expect(passageHref('en', 'x', { mediumNumber: 1, startMs: null, position: 1 })).toBe('/en/testimonies/x?p=1#p-1');
});

it.each([
  ['761.2', 761.2],
  ['12:41', 761],
  ['1:02:03', 3_723],
  ['0', 0]
])('reads the moment %s', (text, seconds) => expect(parseMoment(text)).toBe(seconds));

it.each([null, '', '-5', '1e9', '12:4', 'now', '99999999', '1;2'])('takes %s for no moment', (text) =>
  expect(parseMoment(text)).toBeNull()
);

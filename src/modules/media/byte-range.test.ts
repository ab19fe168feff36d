import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LONGEST_OPEN_RANGE, rangeAsked } from './byte-range.ts';

it.each([
  ['bytes=0-0', 100, { start: 0, end: 0 }],
  ['bytes=10-19', 100, { start: 10, end: 19 }],
  ['bytes=90-200', 100, { start: 90, end: 99 }],
  ['bytes=40-', 100, { start: 40, end: 99 }],
  ['bytes=-10', 100, { start: 90, end: 99 }],
  ['bytes=-1000', 100, { start: 0, end: 99 }],
  ['Bytes=5-6', 100, { start: 5, end: 6 }]
])('answers %j of a file of %i bytes with its part', (header, bytes, range) => {
  expect(rangeAsked(header, bytes)).toEqual({ kind: 'part', range });
});

it.each([null, '', 'bytes=', 'bytes=-', 'bytes=5-4', 'bytes=a-b', 'bytes=0-1,5-6', 'items=0-1', 'bytes=0-1x', 'bytes =0-1'])(
  'answers %j with the whole',
  (header) => {
    expect(rangeAsked(header, 100)).toEqual({ kind: 'whole' });
  }
);

it.each(['bytes=100-', 'bytes=100-200', 'bytes=-0', 'bytes=9999999999999999-'])('refuses %j, which begins after the end', (header) => {
  expect(rangeAsked(header, 100)).toEqual({ kind: 'unsatisfiable' });
});

it('R10 gives an open range in parts, so that it is asked again whether it may be seen', () => {
  const bytes = LONGEST_OPEN_RANGE * 3;
  expect(rangeAsked('bytes=5-', bytes)).toEqual({ kind: 'part', range: { start: 5, end: LONGEST_OPEN_RANGE + 4 } });
});

it('never gives bytes that are not there, whatever is asked', () => {
  fc.assert(
    fc.property(fc.nat(), fc.oneof(fc.nat(), fc.constant('')), fc.oneof(fc.nat(), fc.constant('')), (bytes, first, last) => {
      const answer = rangeAsked(`bytes=${first}-${last}`, bytes);
      if (answer.kind !== 'part') return;
      expect(answer.range.start).toBeGreaterThanOrEqual(0);
      expect(answer.range.end).toBeGreaterThanOrEqual(answer.range.start);
      expect(answer.range.end).toBeLessThan(bytes);
    })
  );
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { placeAt, wordAt } from './places.ts';

it('finds the passage and word of an instant as looking at every one would', () => {
  const starts = fc.uniqueArray(fc.nat(5_000), { minLength: 1, maxLength: 60 }).map((all) => all.toSorted((a, b) => a - b));
  fc.assert(
    fc.property(starts, fc.nat(5_200), (all, ms) => {
      const passages = all.map((startMs, at) => ({ startMs, endMs: Math.min(startMs + 40, all[at + 1] ?? Infinity) }));
      expect(placeAt(passages, ms)).toBe(passages.findIndex(({ startMs, endMs }) => ms >= startMs && ms < endMs));
      expect(
        wordAt(
          all.map((s) => ({ s })),
          ms
        )
      ).toBe(all.findLastIndex((s) => s <= ms));
    })
  );
});

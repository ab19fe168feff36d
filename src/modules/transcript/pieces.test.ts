import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LONGEST_PIECE_MS, planPieces } from './pieces.ts';

const silences = fc.array(
  fc
    .record({ startMs: fc.integer({ min: -500, max: 4_000_000 }), length: fc.integer({ min: 0, max: 20_000 }) })
    .map(({ startMs, length }) => ({
      startMs,
      endMs: startMs + length
    })),
  { maxLength: 60 }
);

it('covers the recording once, in order, in pieces that are not too long', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_000_000 }), silences, (durationMs, quiet) => {
      const pieces = planPieces(durationMs, quiet);
      let at = 0;
      for (const piece of pieces) {
        expect(piece.startMs).toBe(at);
        expect(piece.endMs).toBeGreaterThan(piece.startMs);
        expect(piece.endMs - piece.startMs).toBeLessThanOrEqual(LONGEST_PIECE_MS);
        at = piece.endMs;
      }
      expect(at).toBe(durationMs);
    })
  );
});

it('cuts in silence wherever there is one every minute', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 120 }), fc.integer({ min: 300, max: 5_000 }), (minutes, length) => {
      const quiet = Array.from({ length: minutes }, (_, i) => ({ startMs: i * 60_000 + 30_000, endMs: i * 60_000 + 30_000 + length }));
      const cuts = planPieces(minutes * 60_000, quiet).slice(1);
      for (const { startMs } of cuts) expect(quiet.some((silence) => silence.startMs <= startMs && startMs <= silence.endMs)).toBe(true);
    })
  );
});

it('leaves a short recording whole, and gives none for an empty one', () => {
  expect(planPieces(240_000, [{ startMs: 1_000, endMs: 9_000 }])).toEqual([{ startMs: 0, endMs: 240_000 }]);
  expect(planPieces(0, [])).toEqual([]);
});

it('cuts hard where nobody ever pauses', () => {
  expect(planPieces(700_000, [])).toEqual([
    { startMs: 0, endMs: 300_000 },
    { startMs: 300_000, endMs: 600_000 },
    { startMs: 600_000, endMs: 700_000 }
  ]);
});

it('prefers the longest pause over the last one', () => {
  const pieces = planPieces(400_000, [
    { startMs: 180_000, endMs: 184_000 },
    { startMs: 290_000, endMs: 290_500 }
  ]);
  expect(pieces[0]).toEqual({ startMs: 0, endMs: 182_000 });
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { SpokenSegment } from '#engines/transcriber/port.ts';
import { assemble } from './assemble.ts';
import { planPieces } from './pieces.ts';

const time = fc.integer({ min: 0, max: 320_000 });
const word = fc.record({ word: fc.string({ minLength: 1 }), startMs: time, endMs: time }).map((it) => ({ ...it, probability: 0.5 }));
const segment = fc.record({ startMs: time, endMs: time, text: fc.string({ minLength: 1 }), words: fc.array(word, { maxLength: 5 }) });

it('keeps every text, in order, inside the recording and its piece, whatever an engine answers', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2_000_000 }), fc.infiniteStream(fc.array(segment, { maxLength: 6 })), (durationMs, heard) => {
      const pieces = planPieces(durationMs, []).map((piece) => ({ ...piece, segments: heard.next().value as SpokenSegment[] }));
      const assembled = assemble(pieces.toReversed());

      expect(assembled.map(({ text }) => text).toSorted()).toEqual(
        pieces.flatMap(({ segments }) => segments.map(({ text }) => text)).toSorted()
      );
      let last = 0;
      for (const { startMs, endMs, words } of assembled) {
        expect(startMs).toBeGreaterThanOrEqual(last);
        expect(endMs).toBeGreaterThan(startMs);
        expect(endMs).toBeLessThanOrEqual(durationMs);
        last = startMs;
        const times = words.map((spoken) => spoken.startMs);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
        for (const spoken of words) expect(spoken.endMs).toBeGreaterThanOrEqual(spoken.startMs);
        for (const spoken of words) expect(spoken.endMs).toBeLessThanOrEqual(durationMs);
      }
    })
  );
});

it('moves times by exactly where their piece begins', () => {
  const words = [{ word: 'here', startMs: 1_000, endMs: 1_400, probability: 0.9 }];
  const heard = { startMs: 1_000, endMs: 1_500, text: 'here', words };
  expect(
    assemble([
      { startMs: 0, endMs: 182_345, segments: [heard] },
      { startMs: 182_345, endMs: 300_000, segments: [heard] }
    ])
  ).toEqual([
    heard,
    { startMs: 183_345, endMs: 183_845, text: 'here', words: [{ word: 'here', startMs: 183_345, endMs: 183_745, probability: 0.9 }] }
  ]);
});

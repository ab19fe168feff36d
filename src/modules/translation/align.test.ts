import fc from 'fast-check';
import { expect, it } from 'vitest';
import { alignByTime } from './align.ts';

/** Segments in order, with pauses between, and a word for each part of their time. */
const spoken = fc
  .array(
    fc.record({
      pauseMs: fc.integer({ min: 0, max: 4_000 }),
      lengthMs: fc.integer({ min: 1, max: 15_000 }),
      words: fc.array(fc.stringMatching(/^[a-z]{1,6}$/), { minLength: 1, maxLength: 8 }),
      timed: fc.boolean()
    }),
    { maxLength: 12 }
  )
  .map((parts) => {
    let at = 0;
    return parts.map(({ pauseMs, lengthMs, words, timed }) => {
      const startMs = at + pauseMs;
      const endMs = (at = startMs + lengthMs);
      const times = words.map((word, i) => ({
        word,
        startMs: startMs + Math.floor((lengthMs * i) / words.length),
        endMs: startMs + Math.floor((lengthMs * (i + 1)) / words.length),
        probability: null
      }));
      return { startMs, endMs, text: words.join(' '), words: timed ? times : [] };
    });
  });

it('loses, doubles and reorders nothing', () => {
  fc.assert(
    fc.property(spoken, spoken, (source, english) => {
      const aligned = alignByTime(source, english);
      expect(aligned).toHaveLength(source.length);
      if (source.length > 0) expect(aligned.filter(Boolean).join(' ')).toBe(english.map(({ text }) => text).join(' '));
    })
  );
});

it('gives each segment its own English when the times are the same', () => {
  fc.assert(
    fc.property(spoken, (both) => {
      expect(alignByTime(both, both)).toEqual(both.map(({ text }) => text));
    })
  );
});

const word = (text: string, startMs: number, endMs: number) => ({ word: text, startMs, endMs, probability: null });

it('divides a sentence that runs over two segments by its words', () => {
  const source = [
    { startMs: 0, endMs: 2_000 },
    { startMs: 2_500, endMs: 5_000 },
    { startMs: 9_000, endMs: 9_500 }
  ];
  const words = [word('They', 0, 900), word('came', 900, 1_900), word('at', 2_600, 3_000), word('night.', 3_000, 4_800)];
  expect(alignByTime(source, [{ startMs: 0, endMs: 4_800, text: 'They came at night.', words }])).toEqual(['They came', 'at night.', '']);
});

it('keeps a sentence whole that only touches its neighbour', () => {
  const source = [
    { startMs: 0, endMs: 4_000 },
    { startMs: 4_000, endMs: 8_000 }
  ];
  const words = [word('My', 0, 2_000), word('brother.', 2_000, 4_150)];
  expect(alignByTime(source, [{ startMs: 0, endMs: 4_150, text: 'My brother.', words }])).toEqual(['My brother.', '']);
});

it('gives what was said in a pause to the segment that is nearest', () => {
  const source = [
    { startMs: 0, endMs: 1_000 },
    { startMs: 20_000, endMs: 21_000 }
  ];
  expect(alignByTime(source, [{ startMs: 17_000, endMs: 18_000, text: 'Wait.', words: [] }])).toEqual(['', 'Wait.']);
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { spokenWords, wordsBySegment } from './words.ts';

const seconds = fc.double({ min: -10, max: 1_000, noNaN: true });
const sent = fc.array(
  fc.record({
    word: fc.stringMatching(/^ ?[a-zأ-ي]{0,5}$/),
    start: seconds,
    end: seconds,
    probability: fc.double({ min: 0, max: 1, noNaN: true })
  })
);

it('keeps every letter, and times in order', () => {
  fc.assert(
    fc.property(sent, (pieces) => {
      const words = spokenWords(pieces);
      const letters = (list: readonly { word: string }[]) => list.map(({ word }) => word.replace(/\s/g, '')).join('');
      expect(letters(words)).toBe(letters(pieces));
      let last = 0;
      for (const { startMs, endMs } of words) {
        expect(startMs).toBeGreaterThanOrEqual(last);
        expect(endMs).toBeGreaterThanOrEqual(startMs);
        last = startMs;
      }
    })
  );
});

it('gives every flat word to one segment', () => {
  fc.assert(
    fc.property(sent, fc.array(fc.record({ start: seconds, end: seconds }), { minLength: 1 }), (words, segments) => {
      const ordered = segments.toSorted((a, b) => a.start - b.start);
      expect(wordsBySegment(words, ordered).flat()).toEqual(words);
    })
  );
});

it('takes words without spaces as they are', () => {
  const word = (text: string, at: number) => ({ word: text, start: at, end: at + 1 });
  expect(spokenWords([word('one', 0), word('two', 1)]).map((spoken) => spoken.word)).toEqual(['one', 'two']);
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { segmentsOfWords, spokenWords, wordsBySegment } from './words.ts';

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
      const words = spokenWords(pieces, '');
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
  expect(spokenWords([word('one', 0), word('two', 1)], 'one two').map((spoken) => spoken.word)).toEqual(['one', 'two']);
});

it('takes letters that pieces broke from the text, and no words where they cannot be told', () => {
  const piece = (text: string, at: number) => ({ word: text, start: at, end: at + 1 });
  const pieces = [piece(' \uFFFD', 0), piece('\uFFFDجن', 1), piece(' حلب', 2)];
  expect(spokenWords(pieces, ' سجن حلب').map(({ word, startMs, endMs }) => [word, startMs, endMs])).toEqual([
    ['سجن', 0, 2_000],
    ['حلب', 2_000, 3_000]
  ]);
  expect(spokenWords(pieces, 'سجن في حلب')).toEqual([]);
});

it('makes passages of flat words: by sentence, at a pause, and none too long', () => {
  const word = (text: string, start: number) => ({ word: ` ${text}`, start, end: start + 0.5 });
  const said = [word('We', 0), word('ate.', 0.5), word('Then', 1), word('slept', 1.5), word('again', 4)];
  expect(segmentsOfWords(said)).toEqual([
    { start: 0, end: 1, text: 'We ate.' },
    { start: 1, end: 2, text: 'Then slept' },
    { start: 4, end: 4.5, text: 'again' }
  ]);
  const endless = Array.from({ length: 100 }, (_, at) => word('and', at * 0.5));
  for (const { start, end } of segmentsOfWords(endless)) expect(end - start).toBeLessThanOrEqual(20);
});

it('loses no letter when it makes passages of flat words', () => {
  fc.assert(
    fc.property(sent, (words) => {
      const letters = (list: readonly string[]) => [...list.join('').replace(/\s/g, '')].toSorted().join('');
      expect(letters(segmentsOfWords(words).map(({ text }) => text))).toBe(letters(words.map(({ word }) => word)));
    })
  );
});

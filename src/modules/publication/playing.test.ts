import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { PublicRedaction } from './edition.ts';
import { afterSkipped, passageAt, redactionsByPassage, textPieces, wordAt } from './playing.ts';

const said = (text: string, from = 0) => text.split(' ').map((w, n) => ({ w, s: from + n * 500, e: from + n * 500 + 400 }));
const joined = (pieces: ReturnType<typeof textPieces>) =>
  pieces.map((piece) => ('text' in piece ? piece.text : piece.omitted ? '[…]' : '')).join('');
const redaction = (startMs: number, recording = 1): PublicRedaction => ({
  recording,
  startMs,
  endMs: startMs,
  treatment: 'cut',
  reason: 'place'
});

it('cuts a text at its words and joins back to it, to the letter', () => {
  const text = 'كنّا نقسم الرغيف، أربعة أقسام.';
  const pieces = textPieces({ text, words: said('كنّا نقسم الرغيف، أربعة أقسام.') });
  expect(joined(pieces)).toBe(text);
  expect(pieces.filter((piece) => 'word' in piece && piece.word)).toHaveLength(5);
});

it('joins back to the text whatever the words are', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string(), fc.constant('[…]'))).map((parts) => parts.join('')),
      fc.array(fc.record({ w: fc.string(), s: fc.nat(9_999), e: fc.nat(9_999) })),
      (text, words) => {
        expect(joined(textPieces({ text, words }, [redaction(500)]))).toBe(text);
      }
    )
  );
});

it('sets a redaction where the text marks that words left it, whatever its time', () => {
  const first = redaction(400);
  const second = redaction(2_000);
  const pieces = textPieces({ text: 'his name […] and […] […]', words: said('his name and') }, [second, first]);
  expect(joined(pieces)).toBe('his name […] and […] […]');
  expect(pieces.flatMap((piece) => ('redaction' in piece ? [piece.redaction] : []))).toEqual([first, second, null]);
});

it('passes over words that a person has corrected away', () => {
  const pieces = textPieces({ text: 'we cut the loaf', words: said('we kut the loaf') });
  expect(pieces.flatMap((piece) => ('word' in piece && piece.word ? [piece.text] : []))).toEqual(['we', 'the', 'loaf']);
});

it('sets a redaction where its time falls, and at the end where no word follows', () => {
  const order = (at: number) =>
    textPieces({ text: 'a b c', words: said('a b c') }, [redaction(at)])
      .map((piece) => ('redaction' in piece ? '…' : piece.text))
      .join('');
  expect(order(450)).toBe('a …b c');
  expect(order(9_000)).toBe('a b c…');
});

it('finds the passage and the word being spoken', () => {
  const passages = [
    { startMs: 1_000, mediumNumber: 1 },
    { startMs: 5_000, mediumNumber: 1 },
    { startMs: 0, mediumNumber: 2 }
  ];
  expect(passageAt(passages, 1, 999)).toBeNull();
  expect(passageAt(passages, 1, 4_999)).toBe(passages[0]);
  expect(passageAt(passages, 1, 60_000)).toBe(passages[1]);
  expect(passageAt(passages, 2, 0)).toBe(passages[2]);
  const words = said('a b c', 1_000);
  expect(wordAt(words, 1_500)?.w).toBe('b');
  expect(wordAt(words, 1_950)).toBeNull();
  expect(wordAt([], 0)).toBeNull();
});

it('R38 leads out of a part that is to be skipped', () => {
  const warnings = [
    { kind: 'violence', note: '', startMs: 10_000, endMs: 20_000 },
    { kind: 'death', note: '', startMs: null, endMs: null }
  ] as const;
  expect(afterSkipped(warnings, 9_999)).toBeNull();
  expect(afterSkipped(warnings, 10_000)).toBe(20_000);
  expect(afterSkipped(warnings, 20_000)).toBeNull();
});

it('gives every redaction to a passage of its recording, and to later ones that it took words from', () => {
  const passages = [
    { position: 1, startMs: 1_000, mediumNumber: 1, text: 'a' },
    { position: 2, startMs: 5_000, mediumNumber: 1, text: 'b' },
    { position: 3, startMs: 7_000, mediumNumber: 1, text: '[…] c' },
    { position: 4, startMs: 9_000, mediumNumber: 1, text: '[…] d' }
  ];
  const long = { ...redaction(6_000), endMs: 8_000 };
  const found = redactionsByPassage(passages, [redaction(0), redaction(4_000), long, redaction(0, 2)]);
  expect(found.get(1)).toHaveLength(2);
  expect(found.get(2)).toEqual([long]);
  expect(found.get(3)).toEqual([long]);
  expect(found.has(4)).toBe(false);
});

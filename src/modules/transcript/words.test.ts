import fc from 'fast-check';
import { expect, it } from 'vitest';
import { alignWords, divideWords, inOrder, shareOut, tokenRanges, tokens, type Word } from './words.ts';

const span = { startMs: 1_000, endMs: 9_000 };
const spoken = (text: string): Word[] => shareOut(tokens(text), span).map((word) => ({ ...word, p: 0.5 }));

it('keeps the times and the doubt of words that stayed, and is sure of those a person typed', () => {
  const before = spoken('كنا نقسم الرغيف أربع أقسام');
  const after = alignWords(before, 'كنّا نقسم الرغيف أربعة أقسام', span);
  expect(after.map(({ w }) => w)).toEqual(['كنّا', 'نقسم', 'الرغيف', 'أربعة', 'أقسام']);
  expect(after[1]).toEqual(before[1]);
  expect(after[3]).toEqual({ ...before[3], w: 'أربعة', p: 1 });
});

it('puts an added word into the gap it was written into', () => {
  const before: Word[] = [
    { w: 'a', s: 1_000, e: 2_000, p: 1 },
    { w: 'b', s: 4_000, e: 5_000, p: 1 }
  ];
  expect(alignWords(before, 'a new b', span)[1]).toEqual({ w: 'new', s: 2_000, e: 4_000, p: 1 });
});

const text = fc.array(fc.constantFrom('من', 'قال', 'the', 'bread', 'عند', 'x'), { maxLength: 30 }).map((words) => words.join(' '));

it('gives one word for each token, in order and inside the passage, whatever was changed', () => {
  fc.assert(
    fc.property(text, text, (old, now) => {
      const words = alignWords(spoken(old), now, span);
      expect(words.map(({ w }) => w)).toEqual(tokens(now));
      words.forEach(({ s, e }, at) => {
        expect(s).toBeGreaterThanOrEqual(at ? words[at - 1]!.s : span.startMs);
        expect(e).toBeGreaterThanOrEqual(s);
        expect(e).toBeLessThanOrEqual(span.endMs);
      });
    })
  );
});

it('gives every word a length, also one typed where there was no room: none slips through a redaction', () => {
  fc.assert(
    fc.property(text, text, text, (old, then, now) => {
      const words = alignWords(alignWords(spoken(old), then, span), now, span);
      words.forEach(({ s, e }) => expect(e).toBeGreaterThan(s));
    })
  );
  expect(alignWords(spoken('قال نعم'), 'من قال نعم', span).every(({ s, e }) => e > s)).toBe(true);
});

it('changes nothing where nothing was changed', () => {
  fc.assert(
    fc.property(text, (same) => {
      expect(alignWords(spoken(same), same, span)).toEqual(spoken(same));
    })
  );
});

it('divides words without losing a letter or a millisecond', () => {
  fc.assert(
    fc.property(text, fc.nat(29), fc.nat(3), (said, place, letters) => {
      const words = spoken(said);
      if (!words.length) return;
      const n = place % words.length;
      const inside = letters % words[n]!.w.length;
      const [first, second] = divideWords(words, n, inside);
      expect([...first, ...second].map(({ w }) => w).join('')).toBe(words.map(({ w }) => w).join(''));
      expect(second[0]!.s).toBeGreaterThanOrEqual(first.at(-1)?.s ?? 0);
      if (inside) expect(first.at(-1)!.e).toBe(second[0]!.s);
    })
  );
});

it('keeps words inside a border that moved', () => {
  const moved = inOrder(spoken('a b c d'), { startMs: 3_500, endMs: 6_000 });
  expect(moved.every(({ s, e }) => s >= 3_500 && e <= 6_000 && e >= s)).toBe(true);
});

it('finds where words stand in a text of two directions', () => {
  expect(tokenRanges('قال  the\nخبز')).toEqual([
    { start: 0, end: 3 },
    { start: 5, end: 8 },
    { start: 9, end: 12 }
  ]);
});

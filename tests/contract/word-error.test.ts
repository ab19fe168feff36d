import { expect, it } from 'vitest';
import { wordErrorRate, wordsHeard } from '../support/word-error.ts';

it.each([
  ['the cat sat', 'The cat, sat.', 0],
  ['the cat sat', 'the cat', 1 / 3],
  ['the cat sat', 'the big cat sat', 1 / 3],
  ['the cat sat', 'a dog ran', 1],
  ['كُنْتُ هُنا', 'كنت هنا', 0],
  ['', '', 0],
  ['', 'noise', Infinity]
])('counts the errors between "%s" and "%s" as %d', (said, heard, rate) => {
  expect(wordErrorRate(said, heard)).toBeCloseTo(rate);
});

it('counts each word heard once', () => {
  expect(wordsHeard('one two two', 'two one')).toBe(2);
});

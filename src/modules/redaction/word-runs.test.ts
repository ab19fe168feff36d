import { expect, it } from 'vitest';
import { wordRuns } from './word-runs.ts';

const words = ['كنّا', 'أربعة', 'في', 'غرفة'].map((w, at) => ({ w, s: at * 500, e: at * 500 + 400, p: 1 }));

it('makes one request of words beside each other, in whichever order they were marked', () => {
  expect(wordRuns(words, [3, 0, 1])).toEqual([
    { text: 'كنّا أربعة', startMs: 0, endMs: 900 },
    { text: 'غرفة', startMs: 1500, endMs: 1900 }
  ]);
});

it('takes no word twice and none that is not there', () => {
  expect(wordRuns(words, [2, 2, 9])).toEqual([{ text: 'في', startMs: 1000, endMs: 1400 }]);
  expect(wordRuns(words, [])).toEqual([]);
});

import { expect, it } from 'vitest';
import { markedText } from './marked-text.ts';

it('marks ranges and loses nothing', () => {
  expect(
    markedText('the bread is bread', [
      { start: 4, end: 9 },
      { start: 13, end: 18 }
    ])
  ).toEqual([
    { text: 'the ', marked: false },
    { text: 'bread', marked: true },
    { text: ' is ', marked: false },
    { text: 'bread', marked: true }
  ]);
  expect(markedText('nothing', [])).toEqual([{ text: 'nothing', marked: false }]);
  expect(markedText('', [])).toEqual([]);
});

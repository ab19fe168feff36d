import fc from 'fast-check';
import { expect, it } from 'vitest';
import { allRemainders, begins, remainders, resembles, typosAllowed } from './typos.ts';

it.each([
  ['breda', 'bread', true, 'neighbours swapped'],
  ['braed', 'bread', true, 'neighbours swapped'],
  ['bred', 'bread', false, 'too short to be misspelt'],
  ['zread', 'bread', false, 'another first letter'],
  ['interogation', 'interrogation', true, 'a letter left out'],
  ['zinterrogation', 'interrogation', false, 'a letter before'],
  ['ineterrogatoin', 'interrogation', true, 'two at once'],
  ['intexxxgation', 'interrogation', false, 'three letters'],
  ['20123', '20124', false, 'another number'],
  ['بطاميات', 'بطانيات', true, 'Arabic letter by letter'],
  ['bread', 'bread', true, 'itself']
])('%s for %s: %s (%s)', (asked, written, expected) => {
  expect(resembles(asked, written)).toBe(expected);
});

it.each([
  ['blidn', 'blindfold', true],
  ['blidnf', 'blindfold', true],
  ['blid', 'blindfold', false],
  ['blxxn', 'blindfold', false],
  ['interogat', 'interrogation', true],
  ['intexxgat', 'interrogation', false],
  ['zlind', 'blindfold', false]
])('%s may become %s: %s', (asked, written, expected) => {
  expect(begins(asked, written)).toBe(expected);
});

it('words within the allowed typos share a remainder, so that none is missed', () => {
  const word = fc.string({ unit: fc.constantFrom(...'abcde'), minLength: 5, maxLength: 14 });
  const edit = fc.record({ at: fc.nat(14), kind: fc.constantFrom('drop', 'add', 'change', 'swap'), letter: fc.constantFrom(...'abcde') });
  fc.assert(
    fc.property(
      word,
      fc.string({ unit: fc.constantFrom(...'abcde'), maxLength: 5 }),
      fc.array(edit, { maxLength: 2 }),
      (asked, goesOn, edits) => {
        const written = edits.reduce((text, { at, kind, letter }) => {
          const i = at % text.length;
          if (kind === 'drop') return text.slice(0, i) + text.slice(i + 1);
          if (kind === 'add') return text.slice(0, i) + letter + text.slice(i);
          if (kind === 'change') return text.slice(0, i) + letter + text.slice(i + 1);
          return text.slice(0, i) + text.slice(i + 1, i + 2) + text[i]! + text.slice(i + 2);
        }, asked + goesOn);
        fc.pre(resembles(asked, written) || begins(asked, written));
        const near = new Set(allRemainders(written));
        expect(remainders(asked, typosAllowed(asked)).some((rest) => near.has(rest))).toBe(true);
      }
    ),
    { numRuns: 2_000 }
  );
});

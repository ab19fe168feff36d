import fc from 'fast-check';
import { expect, it } from 'vitest';
import { understand, unfinishedWord } from './question.ts';

const read = (question: string) =>
  understand(question).map((term) =>
    term.kind === 'phrase' ? `"${term.exact.join(' ')}"` : term.kind === 'word' ? term.surface + (term.beginnings.length ? '…' : '') : '?'
  );

it.each([
  ['bread and sal', ['bread', 'and', 'sal…']],
  ['bread ', ['bread']],
  ['"Cold Bread" salt', ['"cold bread"', 'salt…']],
  ['salt "cold bread"', ['"cold bread"', 'salt']],
  ['«خبزٌ باردٌ» و“ملح”', ['"خبز بارد"', '"ملح"', 'و']],
  ['"an open quote', ['an', 'open', 'quote…']],
  ['"" «»', []],
  ['؟!', []]
])('reads %j as %j', (question, terms) => {
  expect(read(question)).toEqual(terms);
});

it.each([
  ['cold bre', { before: 'cold ', beginnings: ['bre'] }],
  ['في الرغ', { before: 'في ', beginnings: ['الرغ', 'رغ'] }],
  ['"cold bre', { before: '"cold ', beginnings: ['bre'] }],
  ['bread ', null],
  ['"bread"', null],
  ['', null]
])('the unfinished word of %j is %j', (question, word) => {
  expect(unfinishedWord(question)).toEqual(word);
});

it('takes two letters for a word, three for a beginning', () => {
  expect(read('br')).toEqual(['br']);
  expect(read('bre')).toEqual(['bre…']);
});

it('asks for the fewest forms that find the most', () => {
  const [word] = understand('والرغيف ');
  expect(word).toMatchObject({ surface: 'والرغيف', widest: ['رغيف'] });
});

it('never throws, and always has a form to ask for', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (question) => {
      for (const term of understand(question))
        expect(term.kind === 'word' ? term.widest.length : term.kind === 'phrase' ? term.exact.length : 0).toBeGreaterThan(0);
    })
  );
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { tokenise } from './normalise.ts';
import { nameAt, placeNames } from './place-names.ts';
import { understand } from './question.ts';

const PLACES = placeNames([
  ['بيت الرمل', 'Bayt al-Raml', 'Beit Raml', 'Sand House'],
  ['القلعة', 'The Citadel', 'Qalaa'],
  ['فرع ٢٣٥', 'Branch 235', 'Palestine Branch']
]);

const read = (question: string) =>
  understand(question, PLACES).map((term) =>
    term.kind === 'phrase'
      ? `"${term.exact.join(' ')}"`
      : term.kind === 'word'
        ? term.surface
        : [term.asked, ...term.others].map((words) => words.map(({ surface }) => surface).join(' ')).join(' / ')
  );

it.each([
  ['bread in beit raml', ['bread', 'in', 'beit raml / بيت الرمل / bayt al raml / sand house']],
  ['Bayt al-Raml 1982', ['bayt al raml / بيت الرمل / beit raml / sand house', '1982']],
  ['بيت رمل', ['بيت رمل / bayt al raml / beit raml / sand house']],
  ['والقلعه ', ['والقلعه / the citadel / qalaa']],
  ['branch 235', ['branch 235 / فرع 235 / palestine branch']],
  ['"sand house" sand', ['"sand house"', 'sand']],
  ['sand', ['sand']]
])('reads %j as %j', (question, terms) => {
  expect(read(question)).toEqual(terms);
});

it('lets the last word of a name go on, and none of the other names', () => {
  const [name] = understand('qalaa', PLACES);
  if (name?.kind !== 'name') throw new Error('no name');
  expect(name.asked.at(-1)!.beginnings).toEqual(['qalaa']);
  expect(name.others.flat().flatMap(({ beginnings }) => beginnings)).toEqual([]);
});

it('takes two places of one name for both', () => {
  const places = placeNames([
    ['العين', 'Spring'],
    ['عين', 'Eye']
  ]);
  expect(nameAt(tokenise('عين'), places)?.others.map(([token]) => token!.surface)).toEqual(['spring', 'eye']);
});

it('finds a place by each of its names, whatever they are', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 30 }), { maxLength: 6 }), (names) => {
      const places = placeNames([names]);
      for (const name of names) {
        const tokens = tokenise(name);
        if (tokens.length) expect(nameAt(tokens, places)?.length).toBe(tokens.length);
      }
    })
  );
});

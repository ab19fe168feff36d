import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ANSWERS, canonical, isAllowed, neighbours, QUESTIONS, TRAITS, USES } from './rules.ts';

it('R1 R4 asks for each use by itself, and for name, face, voice and place apart from them', () => {
  expect(USES).toEqual(['keep', 'research', 'journalists', 'court', 'public', 'education', 'machine']);
  expect(TRAITS).toEqual(['name', 'face', 'voice', 'place']);
  expect(QUESTIONS).toEqual([...USES, ...TRAITS]);
});

it('R2 R12 takes only a yes for a yes', () => {
  expect([...ANSWERS, null].filter(isAllowed)).toEqual(['yes']);
});

it('R17 leads through every question once, forwards and back, whatever was answered', () => {
  const forwards = [QUESTIONS[0] as (typeof QUESTIONS)[number]];
  for (let next = neighbours(forwards[0]!).next; next; next = neighbours(next).next) forwards.push(next);
  expect(forwards).toEqual([...QUESTIONS]);
  for (const question of QUESTIONS) {
    const { next } = neighbours(question);
    if (next) expect(neighbours(next).previous).toBe(question);
  }
});

it('R8 writes the same bytes for the same content, in whatever order it was kept', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (content) => {
      const turned = Object.fromEntries(Object.entries(content).toReversed());
      expect(canonical(turned)).toBe(canonical(content));
      expect(JSON.parse(canonical(content))).toEqual(JSON.parse(JSON.stringify(content)));
    })
  );
});

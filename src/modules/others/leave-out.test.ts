import fc from 'fast-check';
import { expect, it } from 'vitest';
import { OMITTED } from '#modules/media/edit-times.ts';
import { namedIn, splitWords, withoutNames } from './leave-out.ts';

it.each([
  ['كان سامر معنا', ['سامر'], `كان ${OMITTED} معنا`],
  ['وسامر ولسامر أخ', ['سامر'], `${OMITTED} ${OMITTED} أخ`],
  ['قال سامِرٌ الحَسَن ذلك', ['سامر الحسن'], `قال ${OMITTED} ذلك`],
  ['Samer and SAMER’s brother', ['سامر / Samer'], `${OMITTED} and ${OMITTED}’s brother`],
  ['أحمد وإحمد', ['احمد'], `${OMITTED} ${OMITTED}`],
  ['كان سمير معنا', ['سامر'], 'كان سمير معنا'],
  ['سامر وحده', ['سامر الحسن'], 'سامر وحده'],
  ['nobody', [], 'nobody'],
  ['nobody', [' / '], 'nobody']
])('R16 leaves a flagged name out of %s', (text, names, expected) => {
  expect(withoutNames(text, names)).toBe(expected);
});

it('R16 finds a name across its timed words, and keeps the others', () => {
  const words = ['هنا', 'سامر', 'الحسن،', 'ثم', 'خرج'].map((w, at) => ({ w, s: at * 100, e: at * 100 + 90 }));
  const { kept, named } = splitWords(words, ['سامر الحسن']);
  expect(named.map(({ s }) => s)).toEqual([100, 200]);
  expect(kept.map(({ w }) => w)).toEqual(['هنا', 'ثم', 'خرج']);
});

it('R16 leaves no name in any text it was put into', () => {
  const word = fc.constantFrom('خبز', 'بيت', 'window', 'door', 'نام', 'الليل');
  const name = fc.constantFrom('سامر', 'Thomas', 'هدى الخطيب');
  fc.assert(
    fc.property(fc.array(fc.oneof(word, name), { maxLength: 20 }), name, (parts, flagged) => {
      expect(namedIn(withoutNames(parts.join(' '), [flagged]), [flagged])).toEqual([]);
    })
  );
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { highlight } from './highlight.ts';
import { understand } from './question.ts';

const lit = (text: string, question: string, language = 'ar') =>
  highlight(text, language, understand(question)).map(({ start, end }) => text.slice(start, end));

it.each([
  ['كان يقول: الخُبْزُ الذي لا يُقسم، خبزنا', 'خبز', ['الخُبْزُ', 'خبزنا']],
  ['We cut the bread. Breadless, we wept.', 'bread', ['bread', 'Breadless']],
  ['We cut the bread. Breadless, we wept.', 'bread ', ['bread']],
  ['a loaf of braed', 'bread ', ['braed']],
  ['the small window, a window small', '"small window"', ['small', 'window']],
  ['ﷺ قال', 'الله ', ['ﷺ']],
  ['nothing here', 'bread', []]
])('in %j, %j marks %j', (text, question, words) => {
  expect(lit(text, question, 'ar')).toEqual(words);
});

it('marks lie inside the text, in order, apart from each other', () => {
  const letters = fc.string({ unit: fc.constantFrom(...'خبزالو ُ"ab ﷺ\ud83d\ude00'), maxLength: 60 });
  fc.assert(
    fc.property(letters, letters, (text, question) => {
      let end = 0;
      for (const range of highlight(text, 'ar', understand(question))) {
        expect(range.start).toBeGreaterThanOrEqual(end);
        expect(range.end).toBeGreaterThan(range.start);
        end = range.end;
      }
      expect(end).toBeLessThanOrEqual(text.length);
    })
  );
});

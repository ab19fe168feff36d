import fc from 'fast-check';
import { expect, it } from 'vitest';
import { tokenise } from './normalise.ts';
import { formsInQuestion, formsInText } from './word-forms.ts';

const inText = (word: string, language = 'ar') => formsInText(tokenise(word)[0]!, language);
const inQuestion = (word: string) => formsInQuestion(tokenise(word)[0]!);

/** A question finds a text when the two share a form. */
const meet = (asked: string, said: string) => {
  const question = inQuestion(asked);
  const text = inText(said);
  return [question.surface, ...question.forms].some((form) => [text.surface, ...text.forms].includes(form));
};

it.each([
  ['السجن', 'سجن'],
  ['والسجن', 'سجن'],
  ['فبالسجن', 'سجن'],
  ['كالسجن', 'سجن'],
  ['للسجن', 'سجن'],
  ['وللسجن', 'سجن'],
  ['الدم', 'دم'],
  ['سجن', 'سجن'],
  ['والدي', 'والدي'],
  ['والد', 'والد']
])('the head of %s is %s', (word, head) => {
  expect(inText(word).head).toBe(head);
});

it.each([
  ['سجن', 'بسجنهم'],
  ['ليل', 'لليل'],
  ['بيوت', 'وبيوتنا'],
  ['مدرسة', 'مدرستي'],
  ['سجينة', 'السجينات'],
  ['معتقل', 'المعتقلون'],
  ['شؤون', 'شئون'],
  ['سما', 'سماء'],
  ['وبمدرستهم', 'المدرسة']
])('%s finds %s', (asked, said) => {
  expect(meet(asked, said)).toBe(true);
});

it.each([
  ['كتاب', 'تاب'],
  ['والدي', 'دي'],
  ['بلاد', 'لاد'],
  ['ماء', 'ما'],
  ['سجن', 'شجن']
])('%s does not find %s', (asked, said) => {
  expect(meet(asked, said)).toBe(false);
});

it('leaves Persian and Kurdish as they are, and takes the plural from Latin letters', () => {
  expect(inText('والا', 'fa')).toEqual({ surface: 'والا', head: 'والا', forms: [] });
  expect(inText('كوردان', 'ckb').forms).toEqual([]);
  expect(inText('prisons', 'en').forms).toEqual(['prison']);
  expect(inQuestion('was').forms).toEqual([]);
});

it('gives no word twice and none that is empty, and every text finds itself', () => {
  const letters = fc.string({ unit: fc.constantFrom(...'والبلكفسجنةهيأؤئءاتمk'), minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(letters, (word) => {
      for (const token of tokenise(word)) {
        for (const { surface, head, forms } of [formsInText(token, 'ar'), formsInQuestion(token)]) {
          expect(new Set([surface, ...forms]).size).toBe(forms.length + 1);
          expect([surface, head, ...forms]).not.toContain('');
        }
        expect(formsInText(token, 'ar').surface).toBe(formsInQuestion(token).surface);
      }
    })
  );
});

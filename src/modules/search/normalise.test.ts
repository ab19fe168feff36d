import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalise, tokenise } from './normalise.ts';

it.each([
  ['أإآٱا', 'ااااا', 'alef in all its forms'],
  ['ؤ ئ', 'و ي', 'seats of the hamza'],
  ['ى ي ی', 'ي ي ي', 'yeh'],
  ['زنزانة', 'زنزانه', 'teh marbuta'],
  ['كِتَابٌ', 'كتاب', 'vowel signs'],
  ['ٱلرَّحْمَٰنِ', 'الرحمن', 'recitation marks'],
  ['حـــرية', 'حريه', 'tatweel'],
  ['٢٠١٢ ۲۰۱۲', '2012 2012', 'Arabic and Persian digits'],
  ['ﺍﻟﺴﺠﻦ', 'السجن', 'presentation forms'],
  ['ﷲ', 'الله', 'a ligature of one word'],
  ['ﷺ', 'صلي الله عليه وسلم', 'a ligature of four'],
  ['و٢٠١٢م', 'و 2012 م', 'digits that touch letters'],
  ['کتاب', 'كتاب', 'Persian kaf'],
  ['می‌خواهم', 'ميخواهم', 'zero-width non-joiner'],
  ['ئەو ڕۆژە', 'يهو روژه', 'Sorani'],
  ['\u202bسجن\u202c', 'سجن', 'direction marks'],
  ['Éléphant À LA', 'elephant a la', 'French'],
  ["l'été d’un", 'l ete d un', 'apostrophes'],
  ['El niño ¿qué?', 'el nino que', 'Spanish'],
  ['IŞIK ışık İstanbul', 'isik isik istanbul', 'Turkish'],
  ['Çîrokên Kurdî', 'ciroken kurdi', 'Kurmanji'],
  ['Straße Ørsted Łódź', 'strasse orsted lodz', 'letters that are no base and mark'],
  ['al-Baʿth', 'al bath', 'transliteration'],
  ['ﬁn', 'fin', 'Latin ligature'],
  ['हिन्दी', 'हिन्दी', 'marks that are vowels stay'],
  ['…—  \n\t؟،', '', 'nothing but punctuation'],
  ['', '', 'nothing']
])('folds %s to %s (%s)', (text, folded) => {
  expect(normalise(text)).toBe(folded);
});

describe('the exact form', () => {
  const exactly = (text: string) => tokenise(text).map(({ exact }) => exact);

  it('keeps what a reader sees: hamza, teh marbuta, marks of Latin letters', () => {
    expect(exactly('أَسيرةٌ Été')).toEqual(['أسيرة', 'été']);
  });

  it('is one for what looks the same: composed or not, Persian keyboard, presentation forms', () => {
    expect(exactly('e\u0301te\u0301 کتابی ﻛﺘﺎﺑﻲ \u0627\u0654سير')).toEqual(['été', 'كتابي', 'كتابي', 'أسير']);
  });
});

describe('for any text', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.string({ unit: 'grapheme', maxLength: 200 }),
    fc.string({ unit: fc.constantFrom(...'اأإآبتةهويىئؤءلالكف ًَُِّْـ٠٩ \u200c\u200f،"\ud800\udc00eéÉIİı\'-9'), maxLength: 80 })
  );

  it('folding twice changes nothing', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(normalise(normalise(text))).toBe(normalise(text));
      }),
      { numRuns: 1_000 }
    );
  });

  it('tokens lie inside the text, in order, and none is empty', () => {
    fc.assert(
      fc.property(texts, (text) => {
        let last = { start: 0, end: 0 };
        for (const token of tokenise(text)) {
          expect(token.surface).not.toBe('');
          expect(token.start).toBeGreaterThanOrEqual(last.start);
          expect(token.end).toBeGreaterThan(token.start);
          expect(token.end).toBeLessThanOrEqual(text.length);
          last = token;
        }
      })
    );
  });

  it('what a token marks holds the token', () => {
    fc.assert(
      fc.property(texts, (text) => {
        for (const { start, end, surface } of tokenise(text)) expect(normalise(text.slice(start, end)).split(' ')).toContain(surface);
      })
    );
  });

  it('a mark cuts no letter in two', () => {
    fc.assert(
      fc.property(texts, (text) => {
        for (const { start, end } of tokenise(text))
          for (const at of [start, end])
            expect(/^[\udc00-\udfff]/.test(text.slice(at)) && /[\ud800-\udbff]$/.test(text.slice(0, at))).toBe(false);
      })
    );
  });
});

it('reads text in linear time', () => {
  const text = 'والكِتَابُ، أحمد bread and salt '.repeat(10_000);
  const quickest = (repeats: number) => {
    const times = Array.from({ length: 5 }, () => {
      const begun = performance.now();
      tokenise(text.repeat(repeats));
      return performance.now() - begun;
    });
    return Math.min(...times);
  };
  quickest(1);
  expect(quickest(4) / quickest(1)).toBeLessThan(10);
});

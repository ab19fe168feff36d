import { expect, it } from 'vitest';
import { citationBibtex, citationRis, citationText, type Citation } from './citation.ts';

const citation: Citation = {
  quote: 'كنّا نقسم الرغيف أربعة أقسام، ونترك قسمًا لمن يصل جديدًا.',
  translation: null,
  title: 'حصّة الغائب',
  speaker: 'سامر',
  archive: 'صوت',
  edition: 2,
  timecodes: '12:41–12:55',
  url: 'https://sawt.example/ar/testimonies/1?t=761.2#t-12-41',
  year: 2026,
  accessed: new Date('2026-11-24T10:00:00Z'),
  sha256: '9f2c41ab'.repeat(8),
  language: 'ar'
};
const words = { edition: 'الطبعة ٢', accessed: 'اطُّلع عليها في ٢٤ تشرين الثاني ٢٠٢٦', open: '«', close: '»' };

it('cites the exact words with who, where, edition, time, link, day and fingerprint', () => {
  expect(citationText(citation, words).split('\n')).toEqual([
    '«كنّا نقسم الرغيف أربعة أقسام، ونترك قسمًا لمن يصل جديدًا.»',
    'سامر. «حصّة الغائب». صوت. الطبعة ٢. 12:41–12:55. اطُّلع عليها في ٢٤ تشرين الثاني ٢٠٢٦.',
    'https://sawt.example/ar/testimonies/1?t=761.2#t-12-41',
    'SHA-256 9f2c41ab9f2c'
  ]);
});

it('leaves out what is not there: no passage chosen, no name', () => {
  const text = citationText({ ...citation, quote: '', speaker: null, timecodes: null }, words);
  expect(text.startsWith('«حصّة الغائب». صوت.')).toBe(true);
  expect(text).not.toContain('null');
});

it('writes BibTeX that a brace or backslash in a text cannot break', () => {
  const entry = citationBibtex({ ...citation, title: 'a {b} \\c' });
  expect(entry).toMatch(/^@misc\{sawt-9f2c41ab9f2c-1241,\n/);
  expect(entry).toContain('title = {a \\{b\\} \\textbackslash c}');
  expect(entry).toContain('edition = {2}');
  expect(entry).toContain('urldate = {2026-11-24}');
  expect(entry.replace(/\\[{}]/g, '').match(/{/g)!.length).toBe(entry.replace(/\\[{}]/g, '').match(/}/g)!.length);
});

it('writes RIS line by line, whatever line breaks a quote has', () => {
  const lines = citationRis({ ...citation, quote: 'one\n\ntwo' }).split('\r\n');
  expect(lines[0]).toBe('TY  - SOUND');
  expect(lines).toContain('AB  - one two');
  expect(lines).toContain('SP  - 12:41–12:55');
  expect(lines.at(-2)).toBe('ER  - ');
  expect(lines.slice(0, -1).every((line) => /^[A-Z][A-Z0-9] {2}- /.test(line))).toBe(true);
});

it('R37 sets a translation beside the words it was made from, with who made it', () => {
  const translation = { text: 'We cut the loaf into four.', by: 'Human translation' };
  const lines = citationText({ ...citation, translation }, { ...words, open: '“', close: '”' }).split('\n');
  expect(lines[0]).toContain('كنّا نقسم');
  expect(lines[1]).toBe('“We cut the loaf into four.” (Human translation)');
  expect(citationRis({ ...citation, translation })).toContain(' / We cut the loaf into four. (Human translation)');
});

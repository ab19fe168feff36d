/**
 * Words in letters that Meilisearch has no rules for. It splits a leading ال off, folds hamza and marks once more, and has no switch
 * for exactness; the archive has folded already and knows better. Canadian syllabics are one letter each to it: no case, no
 * marks, no language, so that prefixes and typos count letter by letter as they would in the word itself.
 */
const SYLLABLES = 0x1401;
const ARABIC = 0x600;
const ARABIC_LETTERS = 512;
const ASCII_FROM = 0x30;
const ASCII_TO = 0x7a;
/** Begins every word of the exact field: no folded word begins so. */
const EXACTLY = '\u166c';
/** What has no syllable of its own is spelt out. */
const SPELT = '\u166b';

/** Stands before a text: one that consists of the asked word only is no better an answer than a longer one. */
export const EDGE = '\u166a';

/** A folded word: Arabic letter by letter in syllables, others as they are. */
export function inLetters(word: string): string {
  return Array.from(word, (letter) => syllable(letter) ?? letter).join('');
}

/** A word as written, so that it matches itself only. */
export function inExactLetters(word: string): string {
  return EXACTLY + Array.from(word, (letter) => syllable(letter) ?? asciiSyllable(letter) ?? spelt(letter)).join('');
}

function syllable(letter: string): string | undefined {
  const at = letter.codePointAt(0)! - ARABIC;
  return at >= 0 && at < ARABIC_LETTERS ? String.fromCodePoint(SYLLABLES + at) : undefined;
}

function asciiSyllable(letter: string): string | undefined {
  const point = letter.codePointAt(0)!;
  return point >= ASCII_FROM && point <= ASCII_TO ? String.fromCodePoint(SYLLABLES + ARABIC_LETTERS + point - ASCII_FROM) : undefined;
}

function spelt(letter: string): string {
  return SPELT + Array.from(letter.codePointAt(0)!.toString(16).padStart(6, '0'), (digit) => asciiSyllable(digit)).join('');
}

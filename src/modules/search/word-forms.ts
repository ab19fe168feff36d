import { normalise, type Token } from './normalise.ts';

/**
 * A word as an index knows it. `surface` is the folded word, `forms` the shorter ones that it also answers to, `head` the one that
 * stands for it in the vocabulary: without its article.
 */
export type WordForms = { surface: string; head: string; forms: string[] };

const ARABIC = /^\p{Script=Arabic}+$/u;
const SEAT_OF_HAMZA = /[ءؤئ]/u;

// و and ف join, ب ل ك are prepositions, ال is the article; ل and ال melt into لل.
const ARTICLE_AFTER_PARTICLES = /^(?:[وف](?:[بك]?ال|لل)|[بك]ال|لل)(.{3,})$/u;
const ARTICLE = /^ال(.{2,})$/u;
const CONJUNCTION = /^[وف](.{3,})$/u;
const PREPOSITION = /^[بلك](.{3,})$/u;
// كتاب and بلاد begin with a letter of their own that looks like a preposition: a question is shortened with more care than a text.
const PREPOSITION_IN_QUESTION = /^[بلك](.{4,})$/u;
// Possessives, duals, plurals, the accusative alef: those of Lucene's light stemmer (light10), with the possessives it lacks.
const ENDING = /^(.{3,}?)(?:هما|كما|ها|هم|هن|كم|كن|نا|وا|ون|ين|ات|ان|ه|ي|ا)$/u;
const LATIN_PLURAL = /^([a-z]{3,})s$/;

/** The forms that a word in a text answers to. Arabic's rules apply to Arabic and to what names no language. */
export function formsInText(token: Token, language: string): WordForms {
  return language === 'ar' ? arabic(token, PREPOSITION) : other(token);
}

/** The forms that a word in a question asks for, closest first; the language of a question is not known. */
export function formsInQuestion(token: Token): WordForms {
  return ARABIC.test(token.surface) ? arabic(token, PREPOSITION_IN_QUESTION) : other(token);
}

function arabic({ surface, exact }: Token, preposition: RegExp): WordForms {
  if (!ARABIC.test(surface)) return other({ surface });
  const head = withoutArticle(surface);
  // مسؤول is also written مسئول, and both are typed without a seat at all.
  const bare = SEAT_OF_HAMZA.test(exact) ? normalise(exact.replaceAll(/[ءؤئ]/gu, '')) : '';
  const whole = [head, ...shortened(surface, preposition), ...(bare.length >= 3 ? [withoutArticle(bare)] : [])];
  const forms = new Set([...whole, ...[surface, ...whole].flatMap(stems)]);
  forms.delete(surface);
  return { surface, head, forms: [...forms] };
}

function withoutArticle(word: string): string {
  return (ARTICLE_AFTER_PARTICLES.exec(word) ?? ARTICLE.exec(word))?.[1] ?? word;
}

/** Without the joined conjunction, the joined preposition, or both. */
function shortened(word: string, preposition: RegExp): string[] {
  const joined = CONJUNCTION.exec(word)?.[1];
  return [joined, preposition.exec(word)?.[1], preposition.exec(joined ?? '')?.[1]].filter((form) => form !== undefined);
}

/** Without its ending; a ت that the ending had uncovered is the ة that it was (مدرستهم, مدرسة). */
function stems(word: string): string[] {
  const stem = ENDING.exec(word)?.[1];
  if (!stem) return [];
  return stem.endsWith('ت') && stem.length >= 4 ? [stem, `${stem.slice(0, -1)}ه`] : [stem];
}

function other({ surface }: { surface: string }): WordForms {
  const singular = LATIN_PLURAL.exec(surface)?.[1];
  return { surface, head: surface, forms: singular ? [singular] : [] };
}

import type { AskedName, AskedWord, Term } from '#engines/index/port.ts';
import { tokenise, type Token } from './normalise.ts';
import { nameAt, NO_PLACES, type PlaceNames } from './place-names.ts';
import { begins, remainders, resembles, typosAllowed } from './typos.ts';
import { formsInQuestion, formsInText } from './word-forms.ts';

/** What people put around words that they mean exactly so. */
const QUOTED = /["“”„«»](?<phrase>[^"“”„«»]*)["“”„«»]/gu;

/** Meilisearch reads no more than ten, and nobody asks for more. A phrase counts as one. */
export const MOST_TERMS = 10;
/** UTF-16 units. */
export const LONGEST_QUESTION = 512;

/** Fewer letters begin too many words to be an answer; they are taken for a word. */
const SHORTEST_BEGINNING = 3;

/**
 * A question as terms that all have to match. "…" and «…» hold words as written, in their order; an open quote is a letter like
 * any other. The last word may be unfinished, unless a space or a quote ends it. A place by one of its names is asked for by all.
 */
export function understand(question: string, places: PlaceNames = NO_PLACES): Term[] {
  const phrases = [...question.matchAll(QUOTED)].map(({ groups }) => tokenise(groups!.phrase!).map((token) => token.exact));
  const loose = question.replaceAll(QUOTED, ' ');
  const words = tokenise(loose);
  return [
    ...phrases.filter((exact) => exact.length > 0).map((exact) => ({ kind: 'phrase' as const, exact })),
    ...named(words, (token) => askedWord(token, token === words.at(-1) && token.end === loose.length), places)
  ];
}

/** Runs of words that are a name of a place, the longest first, and the words between them. */
function named(tokens: Token[], asWord: (token: Token) => AskedWord, places: PlaceNames): (AskedWord | AskedName)[] {
  const terms: (AskedWord | AskedName)[] = [];
  for (let at = 0; at < tokens.length;) {
    const name = nameAt(tokens.slice(at), places);
    const asked = tokens.slice(at, at + (name?.length ?? 1)).map(asWord);
    const others = name?.others.map((other) => other.map((token) => askedWord(token, false)));
    terms.push(others?.length ? { kind: 'name', asked, others } : asked[0]!, ...(others?.length ? [] : asked.slice(1)));
    at += asked.length;
  }
  return terms;
}

/** How many words of a question: a phrase counts as one. */
export function countWords(terms: readonly Term[]): number {
  return terms.reduce((sum, term) => sum + (term.kind === 'name' ? term.asked.length : 1), 0);
}

/** The word that is being typed at the end of a question: how it may begin in the index, and what stands before it. */
export function unfinishedWord(question: string): { before: string; beginnings: string[] } | null {
  const last = tokenise(question).at(-1);
  if (!last || last.end < question.length) return null;
  return { before: question.slice(0, last.start), beginnings: beginningsOf(last) };
}

function beginningsOf(token: Token): string[] {
  return [...new Set([token.surface, formsInQuestion(token).head])];
}

function askedWord(token: Token, unfinished: boolean): AskedWord {
  const { surface, forms } = formsInQuestion(token);
  const fewest = widest([surface, ...forms]);
  const read = [...new Set([surface, ...fewest])];
  return {
    kind: 'word',
    surface,
    widest: fewest,
    beginnings: unfinished ? read.filter((form) => form.length >= SHORTEST_BEGINNING) : [],
    near: [...new Set(read.flatMap((form) => (typosAllowed(form) ? remainders(form, typosAllowed(form)) : [])))],
    resembles: (word) => read.some((form) => resembles(form, word) || (unfinished && begins(form, word)))
  };
}

/** A form is left out when every text that answers to it answers to another one that stays. */
function widest(forms: readonly string[]): string[] {
  const shorter = new Map(forms.map((form) => [form, formsInText({ surface: form, exact: form, start: 0, end: 0 }, 'ar').forms]));
  return forms.filter((form) => !shorter.get(form)!.some((other) => forms.includes(other)));
}

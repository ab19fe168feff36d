import { tokenise, type Token } from './normalise.ts';
import { formsInQuestion } from './word-forms.ts';

/** What the places of the vocabulary are called, by the words of each name. */
export type PlaceNames = {
  /** From a name's words to the place's other names. */
  byWords: ReadonlyMap<string, readonly Token[][]>;
  /** Words of the longest name. */
  longest: number;
};
export const NO_PLACES: PlaceNames = { byWords: new Map(), longest: 0 };

/** More names than this of one place, beside the one that is asked for, would make a question too many. */
const MOST_OTHERS = 12;

/** @param places all names and spellings of each */
export function placeNames(places: readonly (readonly string[])[]): PlaceNames {
  const byWords = new Map<string, Token[][]>();
  for (const place of places) {
    const names = new Map(place.map((name) => tokenise(name)).map((tokens) => [keyOf(tokens), tokens]));
    names.delete('');
    for (const key of names.keys()) {
      // Two places of one name are both meant.
      const others = new Map([...(byWords.get(key) ?? []), ...names.values()].map((tokens) => [keyOf(tokens), tokens]));
      others.delete(key);
      byWords.set(key, [...others.values()].slice(0, MOST_OTHERS));
    }
  }
  return { byWords, longest: Math.max(0, ...[...byWords.keys()].map((key) => key.split(' ').length)) };
}

/** The longest name of a place that the words begin with: how many of them it takes, and what the place is called otherwise. */
export function nameAt(tokens: readonly Token[], { byWords, longest }: PlaceNames): { length: number; others: readonly Token[][] } | null {
  for (let length = Math.min(longest, tokens.length); length > 0; length--) {
    const others = byWords.get(keyOf(tokens.slice(0, length)));
    if (others) return { length, others };
  }
  return null;
}

/** With or without its article: الرمل is رمل. */
function keyOf(tokens: readonly Token[]): string {
  return tokens.map((token) => formsInQuestion(token).head).join(' ');
}

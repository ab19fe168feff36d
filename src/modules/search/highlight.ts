import type { AskedPhrase, AskedWord, Term } from '#engines/index/port.ts';
import { tokenise, type Token } from './normalise.ts';
import { formsInText } from './word-forms.ts';

/** A stretch of a text, in UTF-16 units, `end` exclusive. */
export type Range = { start: number; end: number };

/** Where `text` answers the terms, in order, never overlapping: every word that matches, and whole phrases. */
export function highlight(text: string, language: string, terms: readonly Term[]): Range[] {
  const tokens = tokenise(text);
  const lit = new Set<Token>();
  for (const term of terms) {
    for (const token of answering(tokens, language, term)) lit.add(token);
  }
  return merged(tokens.filter((token) => lit.has(token)));
}

function answering(tokens: Token[], language: string, term: Term): Token[] {
  if (term.kind === 'phrase') return inPhrase(tokens, term);
  if (term.kind === 'word') return tokens.filter((token) => answers(token, language, term));
  return [term.asked, ...term.others].flatMap((name) => {
    const words = name.map((word) => tokens.filter((token) => answers(token, language, word)));
    return words.every((found) => found.length) ? words.flat() : [];
  });
}

function answers(token: Token, language: string, asked: AskedWord): boolean {
  if (token.surface === asked.surface) return true;
  const { surface, forms } = formsInText(token, language);
  const known = [surface, ...forms];
  return (
    known.includes(asked.surface) ||
    asked.widest.some((form) => known.includes(form)) ||
    asked.beginnings.some((beginning) => known.some((form) => form.startsWith(beginning))) ||
    known.some((form) => asked.resembles(form))
  );
}

function inPhrase(tokens: Token[], { exact }: AskedPhrase): Token[] {
  return tokens.flatMap((_, at) => (exact.every((word, i) => tokens[at + i]?.exact === word) ? tokens.slice(at, at + exact.length) : []));
}

/** One character can hold several words; it is marked once. */
function merged(tokens: Token[]): Range[] {
  const ranges: Range[] = [];
  for (const { start, end } of tokens) {
    const last = ranges.at(-1);
    if (last && start < last.end) last.end = Math.max(last.end, end);
    else ranges.push({ start, end });
  }
  return ranges;
}

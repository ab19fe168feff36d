import { OMITTED, type Word } from '#modules/media/edit-times.ts';
import { tokenise } from '#modules/search/normalise.ts';
import { formsInText, type WordForms } from '#modules/search/word-forms.ts';

/** Between the spellings that somebody gave for one name. */
const BETWEEN_SPELLINGS = /[,،;؛/\n]/u;

/** A word of a name, folded, and what of it stands without its article. */
type NameWord = { surface: string; head: string };

/** A name as its words, one list for each spelling: «سامر الحسن / Samer» is two. */
function spellingsOf(names: readonly string[]): NameWord[][] {
  return names
    .flatMap((name) => name.split(BETWEEN_SPELLINGS))
    .map((spelling) => tokenise(spelling).map((token) => formsInText(token, 'ar')))
    .filter((words) => words.length > 0);
}

/** Whether a word of a text may be this word of a name: also with و، ب، ل، ك or ال before it. More is left out rather than less. */
function isNamed({ surface, head, forms }: WordForms, word: NameWord): boolean {
  return surface === word.surface || head === word.head || forms.includes(word.surface);
}

type Span = { start: number; end: number };

/** Where in a text any of the names stands, in order, in UTF-16 units. */
export function namedIn(text: string, names: readonly string[]): Span[] {
  const spellings = spellingsOf(names);
  if (!spellings.length) return [];
  const tokens = tokenise(text);
  const words = tokens.map((token) => formsInText(token, 'ar'));
  const spans: Span[] = [];
  for (const spelling of spellings)
    for (let at = 0; at + spelling.length <= words.length; at += 1)
      if (spelling.every((word, place) => isNamed(words[at + place]!, word)))
        spans.push({ start: tokens[at]!.start, end: tokens[at + spelling.length - 1]!.end });
  return joined(spans);
}

function joined(spans: readonly Span[]): Span[] {
  const out: Span[] = [];
  for (const { start, end } of spans.toSorted((a, b) => a.start - b.start)) {
    const last = out.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else out.push({ start, end });
  }
  return out;
}

/** The text with `OMITTED` in the place of each name (R16); the same text where none of them stands in it. */
export function withoutNames(text: string, names: readonly string[]): string {
  let rest = '';
  let from = 0;
  for (const { start, end } of namedIn(text, names)) {
    rest += text.slice(from, start) + OMITTED;
    from = end;
  }
  return rest + text.slice(from);
}

/** The timed words that are none of the names', and those that are: where a name is heard. */
export function splitWords<W extends Pick<Word, 'w'>>(words: readonly W[], names: readonly string[]): { kept: W[]; named: W[] } {
  const starts: number[] = [];
  let text = '';
  for (const { w } of words) {
    starts.push(text.length);
    text += `${w.trim()} `;
  }
  const spans = namedIn(text, names);
  const isPart = (at: number) => spans.some(({ start, end }) => start < (starts[at + 1] ?? text.length) - 1 && starts[at]! < end);
  return { kept: words.filter((_, at) => !isPart(at)), named: words.filter((_, at) => isPart(at)) };
}

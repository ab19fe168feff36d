import type { Audience, IndexedEdition, IndexedPassage, IndexedWord, Medium, VocabularyEntry } from '#engines/index/port.ts';
import type { PublicationId, TestimonyId } from '#platform/ids.ts';
import { tokenise, type Token } from './normalise.ts';
import { allRemainders } from './typos.ts';
import { formsInText, type WordForms } from './word-forms.ts';

/** An edition as its tables have it, as far as search needs it. */
export type Edition = {
  publicationId: PublicationId;
  testimonyId: TestimonyId;
  audiences: readonly Audience[];
  medium: Medium;
  facility: string | null;
  yearFrom: number | null;
  yearTo: number | null;
  themes: readonly string[];
  passages: readonly { position: number; language: string; text: string; translations: Readonly<Record<string, string>> }[];
};

/** Nobody types a longer word; recordings of noise can hold one. */
const LONGEST_WORD = 60;
const SHORTEST_TO_COMPLETE = 3;
/** What has one letter less than the shortest question that may hold a typo. */
const SHORTEST_TO_CORRECT = 4;

/** What an index is told of an edition: its words, folded, and no text. */
export function editionForIndex(edition: Edition): IndexedEdition {
  const vocabulary = new Map<string, VocabularyEntry>();
  const years = span(edition.yearFrom, edition.yearTo);

  const wordsOf = (text: string, language: string): IndexedWord[] =>
    tokenise(text)
      .filter((token) => token.surface.length <= LONGEST_WORD)
      .map((token) => {
        const word = formsInText(token, language);
        if (word.head.length >= SHORTEST_TO_COMPLETE && !vocabulary.get(word.head)?.shown) vocabulary.set(word.head, entry(token, word));
        for (const form of [word.surface, ...word.forms])
          if (form.length >= SHORTEST_TO_CORRECT && !vocabulary.has(form))
            vocabulary.set(form, { word: form, shown: '', near: near(form) });
        return { exact: token.exact, surface: word.surface, forms: word.forms };
      });

  const passages = edition.passages.map(({ position, language, text, translations }): IndexedPassage => ({
    position,
    language,
    medium: edition.medium,
    facility: edition.facility,
    years,
    decades: [...new Set(years.map((year) => year - (year % 10)))],
    themes: edition.themes,
    spoken: wordsOf(text, language),
    translated: Object.entries(translations).map(([into, translation]) => wordsOf(translation, into))
  }));
  const { publicationId, testimonyId, audiences } = edition;
  return { publicationId, testimonyId, audiences, passages, vocabulary: [...vocabulary.values()] };
}

/** The head as written: folding inside a word goes letter by letter, so that what stands before the head is as long in both. */
function entry({ exact, surface }: Token, { head }: WordForms): VocabularyEntry {
  const shown = exact.length === surface.length && surface.endsWith(head) ? exact.slice(-head.length) : head;
  return { word: head, shown, near: near(head) };
}

const near = (word: string) => () => (word.length < SHORTEST_TO_CORRECT ? [] : allRemainders(word));

/** Every year from the first to the last, or the one that is known. */
function span(from: number | null, to: number | null): number[] {
  const first = from ?? to;
  if (first === null) return [];
  return Array.from({ length: (to ?? first) - first + 1 }, (_, i) => first + i);
}

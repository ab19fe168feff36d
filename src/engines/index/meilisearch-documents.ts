import { EDGE, inExactLetters, inLetters } from './meilisearch-letters.ts';
import type { IndexedEdition, IndexedPassage, IndexedWord } from './port.ts';

export type PassageDocument = ReturnType<typeof toDocument>;

export function toDocuments(edition: IndexedEdition): PassageDocument[] {
  return edition.passages.map((passage) => toDocument(edition, passage));
}

function toDocument({ publicationId, testimonyId, audiences }: IndexedEdition, { spoken, translated, ...passage }: IndexedPassage) {
  const written = (words: readonly IndexedWord[]) => [EDGE, ...words.map(({ surface }) => inLetters(surface))].join(' ');
  const forms = (words: readonly IndexedWord[]) => words.flatMap((word) => word.forms.map(inLetters)).join(' ');
  return {
    id: `${publicationId}_${passage.position}`,
    publicationId,
    testimonyId,
    audiences,
    ...passage,
    written: written(spoken),
    forms: forms(spoken),
    translated: written(translated.flat()),
    translatedForms: forms(translated.flat()),
    // A full stop keeps a phrase from running on into the next text.
    exact: [spoken, ...translated].map((words) => words.map(({ exact }) => inExactLetters(exact)).join(' ')).join(' . ')
  };
}

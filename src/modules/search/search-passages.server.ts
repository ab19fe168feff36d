import type { Degraded, EngineName, FacetName, IndexQuery, IndexResult, PassageRef, SearchIndex, Term } from '#engines/index/port.ts';
import type { EditionSummary, Passage } from '#modules/publication/edition.ts';
import { SUMMARY_COLUMNS, toSummary } from '#modules/publication/edition-rows.server.ts';
import type { Actor } from '#platform/actor.ts';
import { asActor, type Db, type Tx } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import { audiencesOf } from './audiences.server.ts';
import { highlight, type Range } from './highlight.ts';
import { readPlaceNames } from './place-names.server.ts';
import { countWords, LONGEST_QUESTION, MOST_TERMS, understand } from './question.ts';
import type { Search } from './schema.ts';

export type FoundPassage = {
  edition: EditionSummary;
  passage: Pick<Passage, 'position' | 'mediumNumber' | 'startMs' | 'endMs' | 'language' | 'text' | 'provenance' | 'translations' | 'hard'>;
  /** Where the texts answer, in UTF-16 units: the spoken one, and each translation by language. */
  marks: { spoken: Range[]; translations: Record<string, Range[]> };
};

export type Found = {
  passages: FoundPassage[];
  /** Passages in all, and in how many testimonies; null where the index cannot say. */
  total: number;
  testimonies: number | null;
  facets: Record<FacetName, Record<string, number>>;
  page: number;
  pages: number;
  engine: EngineName;
  /** Another index answered than the one that was set up; the page says so. */
  degraded?: Degraded;
  /** Other words than the asked ones that made passages of this page answer, each once. */
  alsoFound: { text: string; language: string }[];
};

export const PER_PAGE = 20;
const ALSO_FOUND = 6;

const NOTHING: Pick<IndexResult, 'passages' | 'total' | 'testimonies' | 'facets'> = {
  passages: [],
  total: 0,
  testimonies: 0,
  facets: { facility: {}, years: {}, themes: {}, language: {}, medium: {} }
};

/**
 * Passages that answer a question, of what the actor may read now. The index names them; the texts come from the editions, under
 * their own policies, so that an index that is late shows nothing that was withdrawn (R10).
 *
 * @throws DomainError `query_too_long` (with `words` and `letters`, the most there may be), `engine_down`
 */
export async function searchPassages({ db, index }: { db: Db; index: SearchIndex }, actor: Actor, search: Search): Promise<Found> {
  const { q, page, ...filters } = search;
  refuseTooLong(q);
  let terms = understand(q);
  const ask = async (tx: Tx): Promise<IndexQuery> => {
    terms = understand(q, await readPlaceNames(tx));
    return { terms, filters, audiences: await audiencesOf(tx, actor), page, perPage: PER_PAGE };
  };
  // Nothing but punctuation asks for nothing, not for everything.
  const answer: IndexResult = !terms.length && q.trim() ? { engine: index.name, ...NOTHING } : await index.search(actor, ask);

  const passages = await asActor(db, actor, (tx) => readPassages(tx, answer.passages, terms));
  const total = answer.total - (answer.passages.length - passages.length);
  return {
    passages,
    total,
    testimonies: answer.testimonies,
    facets: answer.facets,
    page,
    pages: Math.ceil(total / PER_PAGE),
    engine: answer.engine,
    ...(answer.degraded && { degraded: answer.degraded }),
    alsoFound: alsoFound(passages, q)
  };
}

function refuseTooLong(question: string): void {
  if (question.length <= LONGEST_QUESTION && countWords(understand(question)) <= MOST_TERMS) return;
  throw new DomainError('query_too_long', { words: MOST_TERMS, letters: LONGEST_QUESTION });
}

/** In the index's order, without those that the actor may not read (any more). */
async function readPassages(tx: Tx, refs: readonly PassageRef[], terms: readonly Term[]): Promise<FoundPassage[]> {
  if (!refs.length) return [];
  const found = await tx
    .selectFrom('publication')
    .innerJoin('publication_passage as passage', 'passage.publication_id', 'publication.id')
    .select(SUMMARY_COLUMNS.map((column) => `publication.${column}` as const))
    .select([
      'passage.position',
      'medium_number',
      'start_ms',
      'end_ms',
      'passage.language as spoken',
      'text',
      'provenance',
      'translations',
      'hard'
    ])
    .where((eb) =>
      eb.or(refs.map((ref) => eb.and({ 'passage.publication_id': ref.publicationId as string, 'passage.position': ref.position })))
    )
    .execute();
  const rows = new Map(found.map((row) => [`${row.id}_${row.position}`, row]));
  return refs.flatMap((ref) => {
    const row = rows.get(`${ref.publicationId}_${ref.position}`);
    if (!row) return [];
    const translations = row.translations as unknown as Passage['translations'];
    return {
      edition: toSummary(row),
      passage: {
        position: row.position,
        mediumNumber: row.medium_number,
        startMs: row.start_ms,
        endMs: row.end_ms,
        language: row.spoken,
        text: row.text,
        provenance: row.provenance,
        translations,
        hard: row.hard
      },
      marks: {
        spoken: highlight(row.text, row.spoken, terms),
        translations: Object.fromEntries(
          Object.entries(translations).map(([language, { text }]) => [language, highlight(text, language, terms)])
        )
      }
    };
  });
}

function alsoFound(passages: readonly FoundPassage[], question: string): Found['alsoFound'] {
  const asked = question.toLowerCase();
  const words = new Map<string, string>();
  for (const { passage, marks } of passages) {
    const texts = [
      { text: passage.text, language: passage.language, ranges: marks.spoken },
      ...Object.entries(passage.translations).map(([language, { text }]) => ({ text, language, ranges: marks.translations[language]! }))
    ];
    for (const { text, language, ranges } of texts) {
      for (const { start, end } of ranges) {
        const word = text.slice(start, end).toLowerCase();
        if (!asked.includes(word) && !words.has(word)) words.set(word, language);
      }
    }
  }
  return Array.from(words, ([text, language]) => ({ text, language })).slice(0, ALSO_FOUND);
}

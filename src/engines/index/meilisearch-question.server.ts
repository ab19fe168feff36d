import type { FederatedMultiSearchParams, Meilisearch } from 'meilisearch';
import * as v from 'valibot';
import type { PublicationId, TestimonyId } from '#platform/ids.ts';
import { inExactLetters, inLetters } from './meilisearch-letters.ts';
import { MOST_VALUES } from './meilisearch-settings.ts';
import type { AskedName, AskedPhrase, AskedWord, FacetName, Filters, IndexQuery, IndexResult, Term } from './port.ts';

/** Ways of reading one question that are asked side by side. */
const MOST_READINGS = 16;
/** The server reads no more words of a question. */
const MOST_WORDS = 10;

/** Our facets and the attributes that count them. */
const COUNTED: Record<FacetName, string> = {
  facility: 'facility',
  years: 'decades',
  themes: 'themes',
  language: 'language',
  medium: 'medium'
};
const FACETS = Object.keys(COUNTED) as FacetName[];

const Distribution = v.record(v.string(), v.record(v.string(), v.number()));
const Answer = v.object({
  hits: v.array(v.object({ publicationId: v.string(), position: v.number() })),
  estimatedTotalHits: v.number(),
  facetsByIndex: v.optional(v.record(v.string(), v.object({ distribution: Distribution })), {})
});

/** Asks one index. @param without testimonies whose last change it has not: they are not found and not counted */
export async function answer(
  client: Meilisearch,
  uid: string,
  query: IndexQuery,
  without: readonly TestimonyId[]
): Promise<Omit<IndexResult, 'engine'>> {
  const ask = async (filters: Filters, facets: string[], limit: number) => {
    const filter = conditions(query, filters, without);
    const params: FederatedMultiSearchParams = {
      federation: { limit, offset: limit ? (query.page - 1) * query.perPage : 0, facetsByIndex: { [uid]: facets } },
      queries: readings(query.terms).map((q, i) => ({
        indexUid: uid,
        q,
        filter,
        matchingStrategy: 'all',
        // The first reading is the question as it was typed.
        federationOptions: { weight: i ? 0.8 : 1 }
      }))
    };
    const { hits, estimatedTotalHits, facetsByIndex } = v.parse(Answer, await client.multiSearch(params));
    return { hits, total: estimatedTotalHits, distribution: facetsByIndex[uid]?.distribution ?? {} };
  };

  // A facet is counted as if its own filter were not set: one more question for each that is.
  const set = FACETS.filter((facet) => query.filters[facet].length);
  const [all, ...others] = await Promise.all([
    ask(query.filters, [...FACETS.map((facet) => COUNTED[facet]), 'testimonyId'], query.perPage),
    ...set.map((facet) => ask({ ...query.filters, [facet]: [] }, [COUNTED[facet]], 0))
  ]);
  const counts = (facet: FacetName) => (set.includes(facet) ? others[set.indexOf(facet)]! : all).distribution[COUNTED[facet]] ?? {};
  const testimonies = Object.keys(all.distribution.testimonyId ?? {}).length;
  return {
    passages: all.hits.map(({ publicationId, position }) => ({ publicationId: publicationId as PublicationId, position })),
    total: all.total,
    testimonies: testimonies < MOST_VALUES ? testimonies : null,
    facets: {
      facility: counts('facility'),
      years: counts('years'),
      themes: counts('themes'),
      language: counts('language'),
      medium: counts('medium')
    }
  };
}

function conditions({ audiences }: IndexQuery, filters: Filters, without: readonly TestimonyId[]): string[] {
  const list = (values: readonly (string | number)[]) => `[${values.map((value) => JSON.stringify(value)).join(', ')}]`;
  const any = (attribute: string, values: readonly (string | number)[]) => (values.length ? [`${attribute} IN ${list(values)}`] : []);
  return [
    `audiences IN ${list(audiences)}`,
    ...(without.length ? [`testimonyId NOT IN ${list(without)}`] : []),
    ...any('facility', filters.facility),
    ...any('years', filters.years),
    ...any('themes', filters.themes),
    ...any('language', filters.language),
    ...any('medium', filters.medium)
  ];
}

/**
 * The question as typed, then with its words in the forms that find the most, and with the other names of its places. Meilisearch has
 * no "or" within a question.
 */
function readings(terms: readonly Term[]): string[] {
  let found: string[][] = [[]];
  for (const term of terms)
    found = combined(found, waysOf(term))
      .filter((words) => words.length <= MOST_WORDS)
      .slice(0, MOST_READINGS);
  const typed = terms.flatMap((term) =>
    term.kind === 'phrase' ? [inQuotes(term)] : wordsOf(term).map((word) => spelt(word, word.surface))
  );
  return [...new Set([typed, ...found].map((words) => words.join('')))];
}

const wordsOf = (term: AskedWord | AskedName) => (term.kind === 'word' ? [term] : term.asked);
const inQuotes = ({ exact }: AskedPhrase) => `"${exact.map(inExactLetters).join(' ')}" `;
/** A space says that a word is whole. */
const spelt = ({ beginnings }: AskedWord, form: string) => inLetters(form) + (beginnings.includes(form) ? '' : ' ');

/** Each way to ask for a term, as the words that go with one another. */
function waysOf(term: Term): string[][] {
  if (term.kind === 'phrase') return [[inQuotes(term)]];
  if (term.kind === 'word') return term.widest.map((form) => [spelt(term, form)]);
  return [term.asked, ...term.others].flatMap((words) => words.reduce((found, word) => combined(found, waysOf(word)), [[]] as string[][]));
}

const combined = (found: string[][], ways: string[][]) => found.flatMap((before) => ways.map((way) => [...before, ...way]));

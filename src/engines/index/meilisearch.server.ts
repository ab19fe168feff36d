import {
  Meilisearch,
  MeilisearchApiError,
  MeilisearchError,
  MeilisearchRequestTimeOutError,
  MeilisearchTaskTimeOutError,
  type EnqueuedTask,
  type FederatedMultiSearchParams,
  type Settings
} from 'meilisearch';
import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import { DomainError } from '#platform/errors.ts';
import type { PublicationId } from '#platform/ids.ts';
import { EDGE, inExactLetters, inLetters } from './meilisearch-letters.ts';
import type {
  FacetName,
  Filters,
  IndexedEdition,
  IndexedPassage,
  IndexedWord,
  IndexQuery,
  IndexResult,
  SearchIndex,
  Term
} from './port.ts';

/** Milliseconds. A search that takes longer is Postgres' to answer; a task that takes longer is the job's to try again. */
const SEARCH_LIMIT = 1_500;
const TASK_LIMIT = 120_000;
/** Documents of one task: a few megabytes. */
const BATCH = 1_000;
/** Tasks given to the server before they are waited for; it joins them. */
const MOST_UNDER_WAY = 10;
/** Ways of reading one question that are asked side by side. */
const MOST_READINGS = 8;
/** More testimonies than this in one answer are "many". */
const MOST_VALUES = 1_000;

/** The index's rules. Typo rules are Meilisearch's own defaults, written down because typos.ts counts the same. */
const SETTINGS = {
  searchableAttributes: ['written', 'translated', 'forms', 'translatedForms', 'exact'],
  displayedAttributes: ['publicationId', 'position'],
  filterableAttributes: [
    'audiences',
    'testimonyId',
    'publicationId',
    'position',
    'facility',
    'years',
    'decades',
    'themes',
    'language',
    'medium'
  ],
  sortableAttributes: [],
  rankingRules: ['words', 'typo', 'exactness', 'attribute', 'proximity'],
  stopWords: [],
  separatorTokens: [],
  typoTolerance: {
    enabled: true,
    minWordSizeForTypos: { oneTypo: 5, twoTypos: 9 },
    disableOnWords: [],
    disableOnAttributes: ['exact'],
    disableOnNumbers: true
  },
  faceting: { maxValuesPerFacet: MOST_VALUES, sortFacetValuesBy: { '*': 'alpha' } },
  pagination: { maxTotalHits: 20_000 }
} satisfies Settings;

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

/** Meilisearch completes no words and knows no live consent: Postgres stands beside it (fallback.server.ts). */
export type MeilisearchIndex = Omit<SearchIndex, 'suggest'>;

/** @param name of the index; one archive of several on a server has one of its own */
export function meilisearchIndex({ url, key, name = 'passages' }: { url: string; key?: string; name?: string }): MeilisearchIndex {
  const connect = (timeout: number) =>
    new Meilisearch({ host: url, timeout, ...(key && { apiKey: key }), defaultWaitOptions: { timeout: TASK_LIMIT } });
  const searching = connect(SEARCH_LIMIT);
  const writing = connect(TASK_LIMIT);
  const next = `${name}_next`;
  let prepared: Promise<void> | undefined;

  /** Rules are compared once in a process, before its first write. */
  const prepare = () =>
    (prepared ??= applySettings(writing, name).catch((error: unknown) => {
      prepared = undefined;
      throw error;
    }));

  /** The index, and the one that is being built to take its place. */
  const targets = async () => {
    await prepare();
    if (!(await exists(writing, next))) return [name];
    // A write that came too late for the last rebuild has made it anew, without rules.
    await applySettings(writing, next);
    return [name, next];
  };

  return {
    name: 'meilisearch',

    replacePublication: (edition) =>
      reached(async () => {
        for (const target of await targets()) await put(writing, target, edition);
      }),

    removeTestimony: (testimonyId) =>
      reached(async () => {
        for (const target of await targets())
          await done(writing, writing.index(target).deleteDocuments({ filter: `testimonyId = "${testimonyId}"` }));
      }),

    search: (_reader, query) => reached(() => answer(searching, name, query)),

    health: async () => {
      try {
        // A search key may do this and little else.
        await searching.index(name).search('', { limit: 0 });
        return { engine: 'meilisearch', ok: true };
      } catch (error) {
        return {
          engine: 'meilisearch',
          ok: false,
          reason: error instanceof MeilisearchApiError ? (error.cause?.code ?? 'refused') : 'unreachable'
        };
      }
    },

    rebuild: (editions) =>
      reached(async () => {
        if (await exists(writing, next)) await done(writing, writing.deleteIndex(next));
        await applySettings(writing, next);
        await applySettings(writing, name);
        const passages = await fill(writing, next, editions);
        await done(writing, writing.swapIndexes([{ indexes: [name, next], rename: false }]));
        await done(writing, writing.deleteIndex(next));
        return passages;
      })
  };
}

async function exists(client: Meilisearch, name: string): Promise<boolean> {
  try {
    await client.getRawIndex(name);
    return true;
  } catch (error) {
    if (error instanceof MeilisearchApiError && error.cause?.code === 'index_not_found') return false;
    throw error;
  }
}

async function applySettings(client: Meilisearch, name: string): Promise<void> {
  if (!(await exists(client, name))) await done(client, client.createIndex(name, { primaryKey: 'id' }));
  const current = (await client.index(name).getSettings()) as Record<string, unknown>;
  const changed = Object.entries(SETTINGS).filter(([rule, wanted]) => !isDeepStrictEqual(settled(current[rule]), settled(wanted)));
  if (changed.length) await done(client, client.index(name).updateSettings(Object.fromEntries(changed)));
}

/** Meilisearch hands sets back in an order of its own; the order of ranking rules and searched attributes is theirs to mean. */
function settled(rule: unknown): unknown {
  return Array.isArray(rule) && rule.includes('audiences') ? rule.toSorted() : rule;
}

/** New passages first, then what was there before goes: the testimony is never missing. Tasks run in the order they are given. */
async function put(client: Meilisearch, target: string, edition: IndexedEdition): Promise<void> {
  const index = client.index(target);
  const documents = edition.passages.map((passage) => toDocument(edition, passage));
  const tasks: EnqueuedTask[] = [];
  for (let at = 0; at < documents.length; at += BATCH) tasks.push(await index.addDocuments(documents.slice(at, at + BATCH)));
  const { testimonyId, publicationId, passages } = edition;
  const others = `publicationId != "${publicationId}" OR position >= ${passages.length}`;
  tasks.push(await index.deleteDocuments({ filter: `testimonyId = "${testimonyId}" AND (${others})` }));
  await allDone(client, tasks);
}

/** Fills an empty index. @returns how many passages it was given */
async function fill(client: Meilisearch, target: string, editions: AsyncIterable<IndexedEdition>): Promise<number> {
  const index = client.index(target);
  let passages = 0;
  let waiting: ReturnType<typeof toDocument>[] = [];
  const tasks: EnqueuedTask[] = [];
  const send = async (most: number) => {
    if (waiting.length) tasks.push(await index.addDocuments(waiting));
    waiting = [];
    if (tasks.length > most) await allDone(client, tasks.splice(0));
  };
  for await (const edition of editions) {
    waiting.push(...edition.passages.map((passage) => toDocument(edition, passage)));
    passages += edition.passages.length;
    if (waiting.length >= BATCH) await send(MOST_UNDER_WAY);
  }
  await send(0);
  return passages;
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

async function answer(client: Meilisearch, name: string, query: IndexQuery): Promise<IndexResult> {
  const ask = async (filters: Filters, facets: string[], limit: number) => {
    const filter = conditions(query, filters);
    const params: FederatedMultiSearchParams = {
      federation: { limit, offset: limit ? (query.page - 1) * query.perPage : 0, facetsByIndex: { [name]: facets } },
      queries: readings(query.terms).map((q, i) => ({
        indexUid: name,
        q,
        filter,
        matchingStrategy: 'all',
        // The first reading is the question as it was typed.
        federationOptions: { weight: i ? 0.8 : 1 }
      }))
    };
    const { hits, estimatedTotalHits, facetsByIndex } = v.parse(Answer, await client.multiSearch(params));
    return { hits, total: estimatedTotalHits, distribution: facetsByIndex[name]?.distribution ?? {} };
  };

  // A facet is counted as if its own filter were not set: one more question for each that is.
  const set = FACETS.filter((facet) => query.filters[facet].length);
  const [all, ...without] = await Promise.all([
    ask(query.filters, [...FACETS.map((facet) => COUNTED[facet]), 'testimonyId'], query.perPage),
    ...set.map((facet) => ask({ ...query.filters, [facet]: [] }, [COUNTED[facet]], 0))
  ]);
  const counts = (facet: FacetName) => (set.includes(facet) ? without[set.indexOf(facet)]! : all).distribution[COUNTED[facet]] ?? {};
  const testimonies = Object.keys(all.distribution.testimonyId ?? {}).length;
  return {
    engine: 'meilisearch',
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

function conditions({ audiences }: IndexQuery, filters: Filters): string[] {
  const any = (attribute: string, values: readonly (string | number)[]) =>
    values.length ? [`${attribute} IN [${values.map((value) => JSON.stringify(value)).join(', ')}]`] : [];
  return [
    `audiences IN [${audiences.map((audience) => JSON.stringify(audience)).join(', ')}]`,
    ...any('facility', filters.facility),
    ...any('years', filters.years),
    ...any('themes', filters.themes),
    ...any('language', filters.language),
    ...any('medium', filters.medium)
  ];
}

/** The question as typed, then with its words in the forms that find the most. Meilisearch has no "or" within a question. */
function readings(terms: readonly Term[]): string[] {
  let found = [''];
  for (const term of terms) {
    const ways = term.kind === 'phrase' ? [`"${term.exact.map(inExactLetters).join(' ')}"`] : term.widest.map(inLetters);
    found = found.flatMap((before) => ways.map((way) => (before ? `${before} ${way}` : way))).slice(0, MOST_READINGS);
  }
  const typed = terms
    .map((term) => (term.kind === 'phrase' ? `"${term.exact.map(inExactLetters).join(' ')}"` : inLetters(term.surface)))
    .join(' ');
  const last = terms.at(-1);
  // A space says that the last word is whole.
  const end = last?.kind === 'word' && !last.beginnings.length ? ' ' : '';
  return [...new Set([typed, ...found])].map((question) => question + end);
}

/** Waits until all have succeeded. */
async function allDone(client: Meilisearch, tasks: readonly EnqueuedTask[]): Promise<void> {
  const ended = await client.tasks.waitForTasks(tasks, { timeout: TASK_LIMIT, interval: 20 });
  if (ended.some(({ status }) => status !== 'succeeded')) throw new DomainError('engine_refused');
}

async function done(client: Meilisearch, task: Promise<EnqueuedTask>): Promise<void> {
  await allDone(client, [await task]);
}

/** Whatever keeps Meilisearch from answering as one refusal; `reason` tells slow from down. Other errors stay what they are. */
async function reached<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isSlow(error)) throw new DomainError('engine_down', { reason: 'slow' });
    const notItsAnswer = error instanceof SyntaxError || v.isValiError(error);
    if (error instanceof MeilisearchError || notItsAnswer) throw new DomainError('engine_down', { reason: 'down' });
    throw error;
  }
}

function isSlow(error: unknown): boolean {
  if (error instanceof MeilisearchTaskTimeOutError) return true;
  const cause = error instanceof MeilisearchError ? error.cause : undefined;
  return [error, cause].some((one) => one instanceof MeilisearchRequestTimeOutError);
}

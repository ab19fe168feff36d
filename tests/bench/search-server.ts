import * as v from 'valibot';
import { toDocuments } from '#engines/index/meilisearch-documents.ts';
import { connect } from '#engines/index/meilisearch-server.server.ts';
import type { SearchIndex } from '#engines/index/port.ts';
import { editionForIndex } from '#modules/search/edition-for-index.ts';
import { indexTestimony } from '#modules/search/index-testimony.server.ts';
import { everyEdition, readEdition } from '#modules/search/read-editions.server.ts';
import { reindexArchive } from '#modules/search/reindex-archive.server.ts';
import { Search, searchParameters } from '#modules/search/schema.ts';
import { searchPassages } from '#modules/search/search-passages.server.ts';
import { VISITOR } from '#platform/actor.ts';
import { asSystem } from '#platform/db.server.ts';
import { startTestCluster, testDatabase, type TestDatabase } from '../database.ts';
import { layArchive, vocabularies } from '../support/generated-archive.ts';
import { cornerOf, type Corner } from '../support/meilisearch.ts';
import { published } from '../support/published.ts';
import type { Row } from './bench.ts';

const { MEILI_URL, MEILI_MASTER_KEY } = process.env;
const PASSAGES = Number(process.env.BENCH_PASSAGES ?? 100_000);
const TERMS = Number(process.env.BENCH_QUESTIONS ?? 1_000);
/** Questions a second, whether those before are answered or not. */
const RATE = Number(process.env.BENCH_RATE ?? 20);
const PUBLISHED = 30;
const UNPUBLISHED_ASKED = Number(process.env.BENCH_UNPUBLISHED ?? 10_000);

/** Search on a real Meilisearch against the bare server in the same run. */
export async function run(): Promise<Row[]> {
  if (!MEILI_URL || !MEILI_MASTER_KEY) {
    console.log('skipped: MEILI_URL and MEILI_MASTER_KEY not set');
    return [];
  }
  const cluster = await startTestCluster();
  const database = await testDatabase();
  const corner = await cornerOf(MEILI_URL, MEILI_MASTER_KEY);
  try {
    const words = vocabularies();
    await layArchive(database, PASSAGES, words);
    const begun = performance.now();
    await reindexArchive({ db: database.workerDb, index: corner.forWorker(database.workerDb) });
    const built = (performance.now() - begun) / 1000;
    await layBare(database, corner);
    await database.sql('vacuum analyze');
    return [
      { name: `build of ${PASSAGES} passages`, figure: built, unit: 's' },
      ...(await questions(database, corner, words.asked)),
      ...(await untilSearchable(database, corner)),
      ...(await afterUnpublishing(database, corner))
    ];
  } finally {
    await corner.clear();
    await database.close();
    await cluster.stop();
  }
}

const bareName = (corner: Corner) => `${corner.name}_bare`;

/** The texts as they are, in the server's own hands: what a first version would give it. */
async function layBare(database: TestDatabase, corner: Corner): Promise<void> {
  const index = corner.master.index(bareName(corner));
  await corner.master.createIndex(index.uid, { primaryKey: 'id' }).waitTask();
  await index
    .updateSettings({
      searchableAttributes: ['text', 'translation'],
      filterableAttributes: ['audiences', 'facility', 'decades', 'themes', 'language', 'medium', 'testimonyId']
    })
    .waitTask();
  let waiting: object[] = [];
  const send = () => index.addDocuments(waiting).waitTask({ timeout: 600_000 });
  for await (const edition of everyEdition(database.workerDb, null)) {
    const { passages } = editionForIndex(edition);
    for (const [i, { position, language, text, translations }] of edition.passages.entries()) {
      const { facility, decades, themes, medium } = passages[i]!;
      const { publicationId, testimonyId, audiences } = edition;
      waiting.push({
        id: `${publicationId}_${position}`,
        testimonyId,
        audiences,
        facility,
        decades,
        themes,
        medium,
        language,
        text,
        translation: Object.values(translations).join(' ')
      });
    }
    if (waiting.length < 10_000) continue;
    await send();
    waiting = [];
  }
  if (waiting.length) await send();
}

/** A thousand terms in turn, half Arabic, three in ten cut to three letters, each third with a filter; facets and highlights for all. */
async function questions(database: TestDatabase, corner: Corner, asked: readonly string[]): Promise<Row[]> {
  const terms = asked.slice(0, TERMS).map((term, i) => (i % 10 < 3 ? term.slice(0, 3) : term));
  const deps = { db: database.db, index: corner.forWeb(database.db) };
  const ours = async (term: string, i: number) => {
    const params = new URLSearchParams({ q: term, ...(i % 3 === 0 && { facility: `place-${i % 20}` }) });
    const { degraded } = await searchPassages(deps, VISITOR, v.parse(Search, searchParameters(params)));
    if (degraded) throw new Error(`answered by the other engine: ${degraded}`);
  };
  // Over the same kind of connection: what compression in pieces costs is not ours to win by.
  const bareIndex = connect(corner.url, MEILI_MASTER_KEY, 30_000).index(bareName(corner));
  const bare = (term: string, i: number) =>
    bareIndex.search(term, {
      limit: 20,
      filter: [`audiences IN ["public"]`, ...(i % 3 === 0 ? [`facility = "place-${i % 20}"`] : [])],
      facets: ['facility', 'decades', 'themes', 'language', 'medium', 'testimonyId'],
      attributesToHighlight: ['text', 'translation'],
      matchingStrategy: 'all'
    });
  // In turn, so that what else the machine does meets both.
  const [bareTimes, ourTimes] = [await open(terms, bare), await open(terms, ours)];
  const [bareAgain, oursAgain] = [await open(terms, bare), await open(terms, ours)];
  const best = (some: number[], others: number[]) => some.map((ms, i) => Math.min(ms, others[i]!)).sort((a, b) => a - b);
  const [baseline, figure] = [best(bareTimes, bareAgain), best(ourTimes, oursAgain)];
  const shares: Row[] = [0.5, 0.95].map((share) => ({
    name: `search with filter, facets and highlight, p${share * 100}`,
    unit: 'ms',
    figure: at(figure, share),
    baseline: at(baseline, share),
    ratio: at(figure, share) / at(baseline, share),
    target: '<= 1.2×'
  }));
  return [...shares, { name: 'p95 of it alone', unit: 'ms', figure: at(figure, 0.95), target: '<= 50 ms' }];
}

/** Asks at a steady rate, whether those before are answered or not. @returns milliseconds from when each was due */
async function open(terms: readonly string[], ask: (term: string, i: number) => Promise<unknown>): Promise<number[]> {
  const begun = performance.now();
  return Promise.all(
    terms.map(async (term, i) => {
      const due = begun + (i * 1000) / RATE;
      await new Promise((resolve) => setTimeout(resolve, due - performance.now()));
      await ask(term, i);
      return performance.now() - due;
    })
  );
}

/** From the transaction that published to the first answer that has it, against the server's own task for the same documents. */
async function untilSearchable(database: TestDatabase, corner: Corner): Promise<Row[]> {
  const writing = { db: database.workerDb, index: corner.forWorker(database.workerDb) };
  const reading: SearchIndex = corner.forWeb(database.db);
  const { live } = (await database.sql<{ live: string }>('select live from search_engine'))[0]!;
  const [ours, bare]: [number[], number[]] = [[], []];
  for (let n = 0; n < PUBLISHED; n++) {
    const passages = Array.from({ length: 20 }, (_, i) => ({ text: `searchable${n} word${i} of some testimony that somebody told` }));
    const { testimonyId } = await published(database, { language: 'en', passages });
    let began = performance.now();
    await indexTestimony(writing, testimonyId);
    const { total } = await searchPassages({ db: database.db, index: reading }, VISITOR, v.parse(Search, { q: `"searchable${n}"` }));
    ours.push(performance.now() - began);
    if (total !== 20) throw new Error(`published, indexed, and ${total} found`);

    const edition = await asSystem(database.workerDb, (tx) => readEdition(tx, testimonyId));
    const documents = toDocuments(editionForIndex(edition!)).map((document) => ({ ...document, id: `bare_${document.id}` }));
    began = performance.now();
    await corner.master.index(live).addDocuments(documents).waitTask({ interval: 20 });
    bare.push(performance.now() - began);
    await corner.master
      .index(live)
      .deleteDocuments(documents.map(({ id }) => id))
      .waitTask();
  }
  const [figure, baseline] = [ours, bare].map((times) =>
    at(
      times.sort((a, b) => a - b),
      0.5
    )
  ) as [number, number];
  return [
    { name: 'publish → searchable, twenty passages, p50', unit: 'ms', figure, baseline, ratio: figure / baseline, target: '<= 1.5×' }
  ];
}

/** Each question begins after the transaction that unpublished is over. */
async function afterUnpublishing(database: TestDatabase, corner: Corner): Promise<Row[]> {
  const deps = { db: database.db, index: corner.forWeb(database.db) };
  const writing = { db: database.workerDb, index: corner.forWorker(database.workerDb) };
  const each = 100;
  let hits = 0;
  for (let n = 0; n < UNPUBLISHED_ASKED / each; n++) {
    const { testimonyId } = await published(database, { language: 'en', passages: [{ text: `vanishing${n} once more` }] });
    await indexTestimony(writing, testimonyId);
    await database.sql('update publication set unpublished_at = now() where testimony_id = $1', [testimonyId]);
    const written = indexTestimony(writing, testimonyId);
    for (let i = 0; i < each; i += 4) {
      const found = await Promise.all(
        Array.from({ length: 4 }, () => searchPassages(deps, VISITOR, v.parse(Search, { q: `"vanishing${n}"` })))
      );
      hits += found.filter(({ total, passages }) => total || passages.length).length;
    }
    await written;
  }
  return [{ name: `hits and counts after an unpublish, in ${UNPUBLISHED_ASKED} questions`, unit: '', figure: hits, target: '<= 0' }];
}

const at = (sorted: number[], share: number) => sorted[Math.floor(sorted.length * share)]!;

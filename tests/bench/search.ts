import pg from 'pg';
import * as v from 'valibot';
import { postgresIndex } from '#engines/index/postgres.server.ts';
import { reindexArchive } from '#modules/search/reindex-archive.server.ts';
import { Search, searchParameters } from '#modules/search/schema.ts';
import { searchPassages } from '#modules/search/search-passages.server.ts';
import { suggestWords } from '#modules/search/suggest-words.server.ts';
import { VISITOR } from '#platform/actor.ts';
import { startTestCluster, testDatabase, type TestDatabase } from '../database.ts';
import type { Row } from './bench.ts';
import { layArchive, sizes, vocabularies, type Vocabulary } from '../support/generated-archive.ts';

/** Different questions of one kind (`BENCH_QUESTIONS`), and how often all of them are asked, in turn. */
const QUESTIONS = Number(process.env.BENCH_QUESTIONS ?? 1_000);
const TURNS = 2;

/** Search through the use case, highlights and all, against the plain `to_tsquery` that a first version would have. */
export async function run(): Promise<Row[]> {
  const cluster = await startTestCluster();
  try {
    const rows: Row[] = [];
    for (const passages of sizes()) rows.push(...(await measure(passages)));
    return rows;
  } finally {
    await cluster.stop();
  }
}

async function measure(passages: number): Promise<Row[]> {
  const database = await testDatabase();
  try {
    const words = vocabularies();
    await layArchive(database, passages, words);
    const index = postgresIndex({ db: database.workerDb });
    const begun = performance.now();
    await reindexArchive({ db: database.workerDb, index });
    const indexing = performance.now() - begun;
    await layBaseline(database);
    await database.sql('vacuum analyze');
    return [{ name: `index ${passages} passages`, figure: indexing / 1000, unit: 's' }, ...(await questions(database, passages, words))];
  } finally {
    await database.close();
  }
}

/** Texts and translations as a plain tsvector: no folding, no forms, no typos, no consent, no facets. */
async function layBaseline(database: TestDatabase): Promise<void> {
  await database.sql(`
    create table bare_passage as
      select publication_id, position, text, to_tsvector('simple', text || ' ' || coalesce(translations -> 'en' ->> 'text', '')) as words
      from publication_passage`);
  await database.sql('create index on bare_passage using gin (words)');
}

async function questions(database: TestDatabase, passages: number, words: Vocabulary): Promise<Row[]> {
  const deps = { db: database.db, index: postgresIndex({ db: database.db }) };
  const search = (query: Record<string, string>) =>
    searchPassages(deps, VISITOR, v.parse(Search, searchParameters(new URLSearchParams(query))));
  // Fewer questions still ask for frequent and rare words alike.
  const step = Math.max(1, Math.floor(words.asked.length / QUESTIONS));
  const terms = words.asked.filter((_, i) => Math.floor(i / 2) % step === 0);
  const bare = new pg.Client({ connectionString: database.ownerUrl });
  await bare.connect();

  const baseline = await times((i) =>
    bare.query(
      `select publication_id, position, text from bare_passage where words @@ to_tsquery('simple', $1) order by ts_rank(words, to_tsquery('simple', $1)) desc limit 20`,
      [`'${terms[i % terms.length]!}'`]
    )
  );
  const kinds: [string, (term: string, i: number) => Promise<unknown>][] = [
    ['exact', (term) => search({ q: `"${term}"` })],
    ['whole word', (term) => search({ q: `${term} ` })],
    ['beginning of three letters', (term) => search({ q: term.slice(0, 3) })],
    ['two letters', (term) => search({ q: term.slice(0, 2) })],
    ['typo', (term) => search({ q: `${misspelt(term)} ` })],
    ['two words', (term, i) => search({ q: `${term} ${terms[(i * 7 + 3) % terms.length]!}` })],
    ['facets', (term, i) => search({ q: `${term} `, facility: `place-${i % 20}`, years: '1980-1989' })],
    ['suggestion', (term) => suggestWords(deps, VISITOR, term.slice(0, 3))]
  ];
  const rows: Row[] = [
    { name: `${passages}: bare to_tsquery, p50`, figure: at(baseline.best, 0.5), unit: 'ms' },
    { name: `${passages}: bare to_tsquery, p95`, figure: at(baseline.best, 0.95), unit: 'ms' }
  ];
  for (const [name, ask] of kinds) {
    const { best, all } = await times((i) => ask(terms[i % terms.length]!, i));
    const share = (p: number) => ({ figure: at(best, p), baseline: at(baseline.best, p), ratio: at(best, p) / at(baseline.best, p) });
    rows.push({ name: `${passages}: ${name}, p50`, unit: 'ms', ...share(0.5) });
    rows.push({
      name: `${passages}: ${name}, p95`,
      unit: 'ms',
      figure: at(best, 0.95),
      target: passages <= 20_000 ? '<= 25 ms' : undefined
    });
    rows.push({ name: `${passages}: ${name}, p95 of every turn`, unit: 'ms', figure: at(all, 0.95) });
  }
  await bare.end();
  return rows;
}

/** `best`: the quicker of a question's turns, as what else the machine does only adds. `all`: every turn. Both sorted, in ms. */
async function times(ask: (i: number) => Promise<unknown>): Promise<{ best: number[]; all: number[] }> {
  const best: number[] = Array.from({ length: QUESTIONS }, () => Infinity);
  const all: number[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    for (let i = 0; i < QUESTIONS; i++) {
      const begun = performance.now();
      await ask(i);
      const taken = performance.now() - begun;
      all.push(taken);
      best[i] = Math.min(best[i]!, taken);
    }
  }
  return { best: best.sort((a, b) => a - b), all: all.sort((a, b) => a - b) };
}

const at = (sorted: number[], share: number) => sorted[Math.floor(sorted.length * share)]!;

/** Two letters in the middle change places. */
function misspelt(term: string): string {
  const middle = Math.floor(term.length / 2);
  return term.slice(0, middle - 1) + term[middle]! + term[middle - 1]! + term.slice(middle + 1);
}

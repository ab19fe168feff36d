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

/** Questions of one kind that are asked, after as many to warm up as it takes to ask each kind once. */
const QUESTIONS = 1_000;

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
  const terms = words.asked;
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
    ['prefix of three', (term) => search({ q: term.slice(0, 3) })],
    ['prefix of two', (term) => search({ q: term.slice(0, 2) })],
    ['typo', (term) => search({ q: `${misspelt(term)} ` })],
    ['two words', (term, i) => search({ q: `${term} ${terms[(i * 7 + 3) % terms.length]!}` })],
    ['facets', (term, i) => search({ q: `${term} `, facility: `place-${i % 20}`, years: '1980-1989' })],
    ['suggestion', (term) => suggestWords(deps, VISITOR, term.slice(0, 3))]
  ];
  const rows: Row[] = [{ name: `${passages}: bare to_tsquery, p95`, figure: at(baseline, 0.95), unit: 'ms' }];
  for (const [name, ask] of kinds) {
    const taken = await times((i) => ask(terms[i % terms.length]!, i));
    const target = passages <= 20_000 ? '<= 25 ms' : '<= 50 ms';
    rows.push({ name: `${passages}: ${name}, p50`, figure: at(taken, 0.5), unit: 'ms' });
    rows.push({ name: `${passages}: ${name}, p95`, figure: at(taken, 0.95), unit: 'ms', target });
    if (name === 'whole word') {
      const [p50, bareP50] = [at(taken, 0.5), at(baseline, 0.5)];
      rows.push({ name: `${passages}: whole word against bare, p50`, figure: p50, unit: 'ms', baseline: bareP50, ratio: p50 / bareP50 });
    }
  }
  await bare.end();
  return rows;
}

async function times(ask: (i: number) => Promise<unknown>): Promise<number[]> {
  for (let i = 0; i < 20; i++) await ask(i);
  const taken: number[] = [];
  for (let i = 0; i < QUESTIONS; i++) {
    const begun = performance.now();
    await ask(i);
    taken.push(performance.now() - begun);
  }
  return taken.sort((a, b) => a - b);
}

const at = (sorted: number[], share: number) => sorted[Math.floor(sorted.length * share)]!;

/** Two letters in the middle change places. */
function misspelt(term: string): string {
  const middle = Math.floor(term.length / 2);
  return term.slice(0, middle - 1) + term[middle]! + term[middle - 1]! + term.slice(middle + 1);
}

import { Meilisearch } from 'meilisearch';
import type { IndexQuery, SearchIndex } from '#engines/index/port.ts';
import { postgresIndex } from '#engines/index/postgres.server.ts';
import { understand } from '#modules/search/question.ts';
import { reindexArchive } from '#modules/search/reindex-archive.server.ts';
import { VISITOR } from '#platform/actor.ts';
import { startTestCluster, testDatabase } from '../database.ts';
import { vocabularies } from '../support/generated-archive.ts';
import { cornerOf } from '../support/meilisearch.ts';
import { published } from '../support/published.ts';
import type { Row } from './bench.ts';

const { MEILI_URL, MEILI_MASTER_KEY } = process.env;
const WORDS = 200;
const CLITICS = ['و', 'ف', 'ب', 'ل', 'وال', 'بال', 'كال', 'فال', 'وب', 'ول'];
const FILTERS = { facility: [], years: [], themes: [], language: [], medium: [] };

/** Whether the ten first passages hold the one where a word was said with a particle before it, when the word alone is asked. */
export async function run(): Promise<Row[]> {
  if (!MEILI_URL || !MEILI_MASTER_KEY) {
    console.log('skipped: MEILI_URL and MEILI_MASTER_KEY not set');
    return [];
  }
  const cluster = await startTestCluster();
  const database = await testDatabase();
  const corner = await cornerOf(MEILI_URL, MEILI_MASTER_KEY);
  try {
    const words = vocabularies()
      .arabic.filter((word) => word.length >= 4)
      .slice(0, WORDS);
    const passages = words.map((word, i) => ({ text: `قبل ${CLITICS[i % CLITICS.length]}${word} بعد` }));
    await published(database, { passages });
    const db = database.workerDb;
    await reindexArchive({ db, index: postgresIndex({ db }) });
    await reindexArchive({ db, index: corner.forWorker(db) });
    await database.sql('update search_change set written = number');

    const bare = new Meilisearch({ host: MEILI_URL, apiKey: MEILI_MASTER_KEY }).index(`${corner.name}_bare`);
    await bare.addDocuments(passages.map(({ text }, id) => ({ id, text }))).waitTask();
    const of = async (finds: (word: string) => Promise<number[]>) => {
      let found = 0;
      for (const [i, word] of words.entries()) if ((await finds(word)).includes(i)) found++;
      return found / WORDS;
    };
    const through = (index: SearchIndex) => async (word: string) => {
      const asked: IndexQuery = { terms: understand(`${word} `), filters: FILTERS, audiences: ['public'], page: 1, perPage: 10 };
      const { engine, passages } = await index.search(VISITOR, () => Promise.resolve(asked));
      if (engine !== index.name) throw new Error(`answered by ${engine}`);
      return passages.map(({ position }) => position);
    };
    const baseline = await of(async (word) => (await bare.search<{ id: number }>(word, { limit: 10 })).hits.map(({ id }) => id));
    const rows: Row[] = [];
    for (const index of [postgresIndex({ db: database.db }), corner.forWeb(database.db)]) {
      const figure = await of(through(index));
      rows.push({ name: `recall@10 of attached particles, ${index.name}`, unit: '', figure, target: '>= 0.98' });
      rows.push({
        name: `the same against bare Meilisearch, ${index.name}`,
        unit: '',
        figure,
        baseline,
        ratio: figure / baseline,
        target: '>= 1.3×'
      });
    }
    return rows;
  } finally {
    await corner.clear();
    await database.close();
    await cluster.stop();
  }
}

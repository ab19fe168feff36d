import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { understand } from '#modules/search/question.ts';
import { indexTestimony } from '#modules/search/index-testimony.server.ts';
import { VISITOR } from '#platform/actor.ts';
import { testDatabase, type TestDatabase } from '../../../tests/database.ts';
import { published } from '../../../tests/support/published.ts';
import { withFallback } from './fallback.server.ts';
import { meilisearchIndex } from './meilisearch.server.ts';
import type { IndexQuery } from './port.ts';
import { postgresIndex } from './postgres.server.ts';

let database: TestDatabase;
const servers: Server[] = [];

beforeAll(async () => {
  database = await testDatabase();
  // An index was built before the server went away.
  await database.sql(
    `insert into search_engine (name, live, live_made) values ('passages', 'passages_1_0badcafe', '2026-01-01T00:00:00Z')`
  );
});
afterAll(() => database.close());
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** Something that listens where Meilisearch should. */
async function inItsPlace(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const ask = (): Promise<IndexQuery> =>
  Promise.resolve({
    terms: understand('bread'),
    filters: { facility: [], years: [], themes: [], language: [], medium: [] },
    audiences: ['public'],
    page: 1,
    perPage: 20
  });

/** A clock that the test moves. */
function archiveOn(url: string) {
  let now = 0;
  const reading = withFallback(meilisearchIndex({ db: database.db, url }), postgresIndex({ db: database.db }), () => now);
  const writing = withFallback(meilisearchIndex({ db: database.workerDb, url }), postgresIndex({ db: database.workerDb }), () => now);
  return { reading, writing, later: (ms: number) => (now += ms) };
}

const REFUSED = 'http://127.0.0.1:1';

it('answers from Postgres when nothing listens, and says so', async () => {
  const { reading, writing } = archiveOn(REFUSED);
  const { testimonyId } = await published(database, { language: 'en', passages: [{ text: 'bread' }] });
  await expect(indexTestimony({ db: database.workerDb, index: writing }, testimonyId)).rejects.toMatchObject({ code: 'engine_down' });
  expect(await reading.search(VISITOR, ask)).toMatchObject({ engine: 'postgres', degraded: 'down', total: 1 });
  expect(await reading.suggest(VISITOR, ['brea'], 5)).toEqual(['bread']);
  expect(await reading.health()).toMatchObject({ ok: false });
});

it('does not wait for one that never answers, and leaves it alone for a while', async () => {
  let asked = 0;
  const url = await inItsPlace(() => void asked++);
  const { reading, later } = archiveOn(url);
  expect(await reading.search(VISITOR, ask)).toMatchObject({ engine: 'postgres', degraded: 'slow' });
  expect(await reading.search(VISITOR, ask)).toMatchObject({ engine: 'postgres', degraded: 'slow' });
  expect(asked).toBe(1);
  later(10_000);
  await reading.search(VISITOR, ask);
  expect(asked).toBe(2);
});

it.each([
  ['a lost index', 404, { message: 'Index not found', code: 'index_not_found', type: 'invalid_request', link: '' }],
  ['a full disk', 500, { message: 'No space left', code: 'no_space_left_on_device', type: 'system', link: '' }],
  ['a key without rights', 403, { message: 'The key is invalid', code: 'invalid_api_key', type: 'auth', link: '' }],
  ['another version', 200, { hits: 'elsewhere' }],
  ['something that is no Meilisearch', 200, 'hello']
])('answers from Postgres for %s', async (_, status, body) => {
  const url = await inItsPlace((_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  expect(await archiveOn(url).reading.search(VISITOR, ask)).toMatchObject({ engine: 'postgres', degraded: 'down' });
});

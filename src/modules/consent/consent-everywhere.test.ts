import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openEngines } from '#engines/engines.server.ts';
import { serveMedia } from '#modules/media/serve-media.server.ts';
import { listPublications } from '#modules/publication/list-publications.server.ts';
import { ListFilter } from '#modules/publication/schema.ts';
import { readPublication } from '#modules/publication/read-publication.server.ts';
import { indexTestimony } from '#modules/search/index-testimony.server.ts';
import { Search } from '#modules/search/schema.ts';
import { searchPassages } from '#modules/search/search-passages.server.ts';
import { VISITOR, type Account } from '#platform/actor.ts';
import { closeQueue, openQueue } from '#platform/jobs.server.ts';
import { testDatabase } from '#tests/database.ts';
import { published } from '#tests/support/published.ts';
import { testEnv } from '#tests/support/telling.ts';
import { staff } from '#tests/support/testimony-fixtures.ts';
import { answerConsent } from './answer-consent.server.ts';
import type { Answer, Question } from './rules.ts';
import { TEXT_VERSION } from './texts.server.ts';

const database = await testDatabase();
const { db, workerDb, sql } = database;
const folder = await mkdtemp(path.join(tmpdir(), 'sawt-everywhere-'));
const env = testEnv({ webUrl: database.webUrl, workerUrl: database.workerUrl, dataDir: folder });
const deps = { env, db, ...openEngines(env, db) };
const workerDeps = { env, db: workerDb, ...openEngines(env, workerDb) };
const WORD = 'سفرجل';

let edition: Awaited<ReturnType<typeof published>>;
let medium: string;
let journalist: Account;

beforeAll(async () => {
  await openQueue(db);
  edition = await published(database, { passages: [{ text: `كان ${WORD} على الطاولة` }], facility: 'invented' });
  const file = path.join(folder, 'sound');
  await writeFile(file, 'a public sound');
  const { bytes, sha256 } = await deps.store.putFile('publications/sound', file);
  medium = randomUUID();
  // Nothing in the log says how it was disguised: it counts as the person's own voice.
  await sql(`begin; set local session_replication_role = replica;
    insert into publication_medium (id, publication_id, testimony_id, number, kind, media_type, bytes, sha256, store_key, duration_ms)
    values ('${medium}', '${edition.publicationId}', '${edition.testimonyId}', 1, 'audio', 'audio/mp4', ${bytes}, '${sha256}', 'publications/sound', 1000); commit`);
  await indexTestimony(workerDeps, edition.testimonyId);
  journalist = await staff(sql, ['reader']);
  await sql(`insert into reader_purpose (user_id, purpose) values ($1, 'journalists')`, [journalist.userId]);
});
afterAll(async () => {
  await closeQueue();
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

const answer = (question: Question, given: Answer) =>
  answerConsent(deps, edition, { question, answer: given, textVersion: TEXT_VERSION, textLanguage: 'ar' });

/** Every place where somebody could meet it, asked right now; no job has run since the answer. */
async function everywhere(reader: Account | null) {
  const actor = reader ?? VISITOR;
  const found = await searchPassages(deps, actor, v.parse(Search, { q: WORD }));
  return {
    page: await readPublication(deps, actor, edition.testimonyId).then(
      () => 'open',
      ({ code }) => code as string
    ),
    media: (await serveMedia(deps, { account: reader, contributor: null }, { kind: 'publications', id: medium }, new Request('http://x/')))
      .status,
    search: found.passages.length,
    total: found.total,
    list: (await listPublications(deps, actor, v.parse(ListFilter, {}))).total
  };
}
const OPEN = { page: 'open', media: 200, search: 1, total: 1, list: 1 };
const CLOSED = { page: 'not_found', media: 404, search: 0, total: 0, list: 0 };

it('R9 R10 R12 one answer changed takes effect everywhere at once: page, media, search and lists, for each audience', async () => {
  expect([await everywhere(null), await everywhere(journalist)]).toEqual([OPEN, OPEN]);
  await answer('public', 'no');
  expect([await everywhere(null), await everywhere(journalist)]).toEqual([CLOSED, OPEN]);
  await answer('journalists', 'unsure');
  expect([await everywhere(null), await everywhere(journalist)]).toEqual([CLOSED, CLOSED]);
  await answer('public', 'yes');
  expect([await everywhere(null), await everywhere(journalist)]).toEqual([OPEN, OPEN]);
});

it.each(['keep', 'voice', 'place'] as const)(
  'R4 R9 closes it everywhere at once when the answer to «%s» is taken back',
  async (question) => {
    await answer(question, 'no');
    expect([await everywhere(null), await everywhere(journalist)]).toEqual([CLOSED, CLOSED]);
    await answer(question, 'yes');
    expect(await everywhere(null)).toEqual(OPEN);
  }
);

it.each(['research', 'court', 'education', 'machine', 'name', 'face'] as const)(
  'R3 leaves everything else as it was when «%s» is refused',
  async (question) => {
    await answer(question, 'no');
    expect(await everywhere(null)).toEqual(OPEN);
  }
);

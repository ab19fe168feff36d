import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { diskStore } from '#engines/store/disk.server.ts';
import { recordingKey } from '#modules/upload/upload-store.ts';
import type { Contributor } from '#platform/actor.ts';
import { testDatabase, type TestDatabase } from '#tests/database.ts';
import { announced, someoneTelling, testEnv } from '#tests/support/telling.ts';
import { forgetAbandonedDrafts } from './forget-abandoned-drafts.server.ts';

let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  database = await testDatabase();
  folder = await mkdtemp(path.join(tmpdir(), 'sawt-drafts-'));
});
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

const there = async ({ testimonyId }: Contributor) =>
  (await database.sql('select 1 from testimony where id = $1', [testimonyId])).length === 1;
const age = ({ testimonyId }: Contributor) =>
  database.sql(`update testimony set created_at = now() - interval '15 days' where id = $1`, [testimonyId]);
const leave = ({ testimonyId }: Contributor) =>
  database.sql(`update receipt_session set expires_at = now() where testimony_id = $1`, [testimonyId]);

it('R21 forgets drafts that nobody can come back to, with their files, and no others', async () => {
  const env = testEnv({ webUrl: database.webUrl, dataDir: folder });
  const store = diskStore(path.join(folder, 'media'));
  const deps = { db: database.workerDb, env, store };
  const [abandoned, young, withWords, stillOpen] = await Promise.all(Array.from({ length: 4 }, () => someoneTelling(database.db)));

  const { id, bytes } = await announced(database.db, abandoned!.contributor, 1_000);
  const file = path.join(folder, 'arrived');
  await writeFile(file, bytes);
  await store.adoptFile(recordingKey(id), file);

  for (const who of [abandoned, withWords, stillOpen]) await age(who!.contributor);
  for (const who of [abandoned, young, withWords]) await leave(who!.contributor);
  await database.sql(`insert into receipt (testimony_id, hash) values ($1, sha256('words'))`, [withWords!.contributor.testimonyId]);

  expect(await forgetAbandonedDrafts(deps)).toBe(1);
  expect(await store.stat(recordingKey(id))).toBeNull();
  expect(await Promise.all([abandoned, young, withWords, stillOpen].map((who) => there(who!.contributor)))).toEqual([
    false,
    true,
    true,
    true
  ]);
  expect(await forgetAbandonedDrafts(deps)).toBe(0);
});

import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openEngines } from '#engines/engines.server.ts';
import { serveMedia } from '#modules/media/serve-media.server.ts';
import { TEXT_VERSION } from '#modules/consent/texts.server.ts';
import { VISITOR, type Account } from '#platform/actor.ts';
import { closeQueue, openQueue } from '#platform/jobs.server.ts';
import { testDatabase } from '#tests/database.ts';
import { testEnv } from '#tests/support/telling.ts';
import { staff } from '#tests/support/testimony-fixtures.ts';
import { addNarration, givenKey, playedKey, removeNarration } from './add-narration.server.ts';
import { listNarrations, readNarration } from './read-narrations.server.ts';
import { MOST_BYTES } from './schema.ts';
import { tendNarration } from './tend-narration.server.ts';

const database = await testDatabase();
const { db, workerDb, sql } = database;
const folder = await mkdtemp(path.join(tmpdir(), 'sawt-narration-'));
const env = testEnv({ webUrl: database.webUrl, workerUrl: database.workerUrl, dataDir: folder });
const deps = { env, db, ...openEngines(env, db) };
const workerDeps = { env, db: workerDb, ...openEngines(env, workerDb) };
const { signal } = new AbortController();
let admin: Account;
let voice: Buffer;

beforeAll(async () => {
  await openQueue(db);
  admin = await staff(sql, ['admin']);
  const file = path.join(folder, 'voice.mp3');
  const tags = ['-metadata', 'title=Recorded at home', '-metadata', 'artist=Somebody'];
  execFileSync('ffmpeg', ['-nostdin', '-v', 'error', '-f', 'lavfi', '-i', 'sine=frequency=300:duration=2', ...tags, file]);
  voice = await readFile(file);
});
afterAll(async () => {
  await closeQueue();
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

const asked = { textVersion: TEXT_VERSION, language: 'ar', part: 'public' } as const;
const give = (sound: Buffer = voice, actor = admin) => addNarration(deps, actor, { ...asked, sound: new Blob([new Uint8Array(sound)]) });
const tend = (narrationId: Awaited<ReturnType<typeof give>>) => tendNarration(workerDeps, { narrationId }, signal);
const heard = (id: string, headers: Record<string, string> = {}) =>
  serveMedia(deps, { account: null, contributor: null }, { kind: 'narrations', id }, new Request('http://x/', { headers }));
const stateOf = async (id: string) => (await listNarrations(deps, admin, asked)).find((one) => one.id === id);

it('R6 R29 lets everyone hear a reading once it is checked and stripped, in ranges, and nobody before', async () => {
  expect(await readNarration(deps, VISITOR, asked), 'no reading is a normal state').toBeNull();
  const id = await give();
  expect(await sql(`select data from pgboss.job where name = 'tend-narration'`)).toEqual([{ data: { narrationId: id } }]);
  expect([(await heard(id)).status, await readNarration(deps, VISITOR, asked)]).toEqual([404, null]);
  await tend(id);
  await tend(id);
  expect(await readNarration(deps, VISITOR, asked)).toEqual({ src: `/media/narrations/${id}`, mediaType: 'audio/mp4' });
  expect(await readNarration(deps, VISITOR, { ...asked, language: 'en' })).toBeNull();
  expect((await stateOf(id))!.durationMs).toBeGreaterThan(1_900);

  const part = await heard(id, { range: 'bytes=0-99' });
  expect([part.status, (await part.arrayBuffer()).byteLength]).toEqual([206, 100]);
  const whole = await heard(id);
  expect([whole.status, whole.headers.get('cache-control')]).toEqual([200, 'no-cache']);
  const file = path.join(folder, 'heard.m4a');
  await writeFile(file, Buffer.from(await whole.arrayBuffer()));
  const tags = execFileSync('ffprobe', ['-v', 'error', '-show_entries', 'format_tags:stream_tags', '-of', 'json', file]).toString();
  expect(tags).not.toMatch(/home|Somebody|title|artist/i);
  expect(await deps.store.stat(givenKey(id)), 'what was given is gone').toBeNull();
}, 60_000);

it('R6 puts a newer reading in the place of the older one, and destroys that', async () => {
  const [before] = await listNarrations(deps, admin, asked);
  const id = await give();
  await tend(id);
  expect((await listNarrations(deps, admin, asked)).map((one) => one.id)).toEqual([id]);
  expect(await deps.store.stat(playedKey(before!.id))).toBeNull();
  await removeNarration(deps, admin, { narrationId: id });
  expect([(await heard(id)).status, await readNarration(deps, VISITOR, asked)]).toEqual([404, null]);
  await tend(id);
  expect(await deps.store.stat(playedKey(id))).toBeNull();
}, 60_000);

it('R6 says why a file is no reading, and keeps nothing of it', async () => {
  const id = await give(Buffer.from('<html>not a sound</html>'));
  await tend(id);
  expect(await stateOf(id)).toMatchObject({ state: 'refused', refusedFor: 'not_media' });
  expect([(await heard(id)).status, await deps.store.stat(givenKey(id))]).toEqual([404, null]);
});

it('R6 takes readings from admins only, of texts that exist, of a size that can be heard', async () => {
  const sound = new Blob([new Uint8Array(voice)]);
  for (const other of [await staff(sql, ['reviewer']), await staff(sql, ['custodian'])]) {
    await expect(give(voice, other)).rejects.toMatchObject({ code: 'not_found' });
    // Whoever says they are one is asked by the database.
    await expect(give(voice, { ...other, roles: ['admin'] })).rejects.toMatchObject({ code: 'not_found' });
  }
  await expect(addNarration(deps, admin, { ...asked, textVersion: 999_999, sound })).rejects.toMatchObject({ code: 'not_found' });
  await expect(addNarration(deps, admin, { ...asked, sound: new Blob([new Uint8Array(MOST_BYTES + 1)]) })).rejects.toMatchObject({
    code: 'file_too_large'
  });
  const left = [];
  for await (const key of deps.store.list('narrations')) left.push(key);
  expect(left).toEqual([]);
});

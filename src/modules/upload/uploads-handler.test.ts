import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Upload } from 'tus-js-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { diskStore } from '#engines/store/disk.server.ts';
import type { MediaStore } from '#engines/store/port.ts';
import { closeQueue, openQueue } from '#platform/jobs.server.ts';
import { testDatabase, type TestDatabase } from '../../../tests/database.ts';
import { announced, someoneTelling, testEnv } from '../../../tests/support/telling.ts';
import { deleteRecording } from '#modules/testimony/delete-recording.server.ts';
import { destroyRecordingFiles } from './destroy-recording-files.server.ts';
import { expireUploads } from './durable-file-store.server.ts';
import { takeInUpload } from './take-in-upload.server.ts';
import { uploadsHandler } from './uploads-handler.server.ts';

let database: TestDatabase;
let server: Server;
let data: string;
let address: string;
/** How often the store was asked to take a recording in, and what that waits for. */
const adopting = { asked: 0, until: Promise.resolve() };

beforeAll(async () => {
  database = await testDatabase();
  await openQueue(database.db);
  data = await mkdtemp(path.join(tmpdir(), 'sawt-uploads-'));
  const env = testEnv({ webUrl: database.webUrl, dataDir: data });
  server = createServer((req, res) => void handler(req, res)).listen(0, '127.0.0.1');
  await new Promise((ready) => server.once('listening', ready));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const disk = diskStore(path.join(data, 'media'));
  const store: MediaStore = {
    ...disk,
    async adoptFile(key, file) {
      adopting.asked += 1;
      await adopting.until;
      await disk.adoptFile(key, file);
    }
  };
  const handler = uploadsHandler({ db: database.db, env: { ...env, ORIGIN: address }, store });
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await closeQueue();
  await database.close();
  await rm(data, { recursive: true, force: true });
});

const TUS = { 'tus-resumable': '1.0.0' };
const metadata = (id: string) => ({ 'upload-metadata': `recording ${Buffer.from(id).toString('base64')}` });

function create(headers: Record<string, string>, id: string, length: number) {
  return fetch(`${address}/uploads`, { method: 'POST', headers: { ...TUS, ...headers, ...metadata(id), 'upload-length': String(length) } });
}
function patch(headers: Record<string, string>, id: string, offset: number, body: Uint8Array<ArrayBuffer>) {
  return fetch(`${address}/uploads/${id}`, {
    method: 'PATCH',
    headers: { ...TUS, ...headers, 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' },
    body
  });
}
const head = (headers: Record<string, string>, id: string) =>
  fetch(`${address}/uploads/${id}`, { method: 'HEAD', headers: { ...TUS, ...headers } });
const stateOf = async (id: string) => (await database.sql(`select state, store_key from recording where id = $1`, [id]))[0];

it('R34 R35 takes a recording in bit for bit, in pieces, and hands it to the worker once', async () => {
  const { contributor, headers } = await someoneTelling(database.db);
  const { id, bytes, sha256 } = await announced(database.db, contributor, 3_000_000);
  await new Promise<void>((done, failed) => {
    new Upload(bytes, {
      endpoint: `${address}/uploads`,
      chunkSize: 700_000,
      headers,
      metadata: { recording: id },
      onSuccess: () => done(),
      onError: failed
    }).start();
  });
  expect(await stateOf(id)).toEqual({ state: 'received', store_key: `recordings/${id}` });
  const kept = await readFile(path.join(data, 'media', 'recordings', id));
  expect(createHash('sha256').update(kept).digest('hex')).toBe(sha256);
  const jobs = await database.sql(`select data from pgboss.job where name = 'verify-recording' and data->>'recordingId' = $1`, [id]);
  expect(jobs).toHaveLength(1);
  const log = await database.sql(`select kind from custody_event where testimony_id = $1 order by position`, [contributor.testimonyId]);
  expect(log.map(({ kind }) => kind)).toEqual(['begun', 'recording_announced', 'recording_received']);

  // Asked again, it says it has everything, and nothing happens twice.
  const again = await head(headers, id);
  expect([again.status, again.headers.get('upload-offset')]).toEqual([200, '3000000']);
  expect((await patch(headers, id, 3_000_000, new Uint8Array(1))).status).toBe(409);
});

it('goes on where a dropped line left it, after which no acknowledged byte is missing', async () => {
  const { contributor, headers } = await someoneTelling(database.db);
  const { id, bytes } = await announced(database.db, contributor, 500_000);
  expect((await create(headers, id, bytes.length)).status).toBe(201);
  expect((await patch(headers, id, 0, new Uint8Array(bytes.subarray(0, 200_000)))).headers.get('upload-offset')).toBe('200000');
  // Created again by a browser that forgot: nothing is emptied.
  expect((await create(headers, id, bytes.length)).status).toBe(201);
  expect((await head(headers, id)).headers.get('upload-offset')).toBe('200000');
  expect((await patch(headers, id, 100_000, new Uint8Array(10))).status).toBe(409);
  expect((await patch(headers, id, 200_000, new Uint8Array(bytes.subarray(200_000)))).status).toBe(204);
  expect((await stateOf(id))?.state).toBe('received');
});

it('catches up with a server that died between the last byte and the taking-in', async () => {
  const { contributor, headers } = await someoneTelling(database.db);
  const { id, bytes } = await announced(database.db, contributor, 1_000);
  await create(headers, id, bytes.length);
  await writeFile(path.join(data, 'uploads', id), bytes);
  expect((await stateOf(id))?.state).toBe('expected');
  expect((await head(headers, id)).headers.get('upload-offset')).toBe('1000');
  expect((await stateOf(id))?.state).toBe('received');
});

it('answers whoever it does not belong to as if it were not there, for every verb', async () => {
  const owner = await someoneTelling(database.db);
  const stranger = await someoneTelling(database.db);
  const { id, bytes } = await announced(database.db, owner.contributor, 1_000);
  await create(owner.headers, id, bytes.length);
  const nowhere = randomUUID();
  for (const which of [id, nowhere]) {
    expect((await create(stranger.headers, which, 1_000)).status).toBe(404);
    expect((await head(stranger.headers, which)).status).toBe(404);
    expect((await patch(stranger.headers, which, 0, new Uint8Array(10))).status).toBe(404);
    expect((await fetch(`${address}/uploads/${which}`, { method: 'DELETE', headers: { ...TUS, ...stranger.headers } })).status).toBe(404);
    expect((await fetch(`${address}/uploads/${which}`, { headers: owner.headers })).status).toBe(404);
  }
  expect((await head(owner.headers, id)).headers.get('upload-offset')).toBe('0');
});

it('tells an ended session from a stranger, so that the browser can ask for the words again', async () => {
  const { contributor, headers } = await someoneTelling(database.db);
  const { id } = await announced(database.db, contributor, 1_000);
  await create(headers, id, 1_000);
  await database.sql(`update receipt_session set expires_at = now() where testimony_id = $1`, [contributor.testimonyId]);
  const answer = await patch(headers, id, 0, new Uint8Array(10));
  expect([answer.status, await answer.text()]).toEqual([401, 'session_over']);
  expect((await head({}, id)).status).toBe(401);
});

it('refuses another length than announced, another origin, and ids that are none', async () => {
  const { contributor, headers } = await someoneTelling(database.db);
  const { id } = await announced(database.db, contributor, 1_000);
  expect((await create(headers, id, 999)).status).toBe(400);
  expect((await create({ ...headers, origin: 'https://elsewhere.example' }, id, 1_000)).status).toBe(404);
  expect((await create(headers, '../../etc/passwd', 1_000)).status).toBe(404);
  expect((await head(headers, '..%2f..%2fetc%2fpasswd')).status).toBe(404);
});

it('R33 keeps no file name, whatever a browser sends along', async () => {
  const { contributor, headers } = await someoneTelling(database.db);
  const { id } = await announced(database.db, contributor, 1_000);
  await fetch(`${address}/uploads`, {
    method: 'POST',
    headers: {
      ...TUS,
      ...headers,
      'upload-length': '1000',
      'upload-metadata': `recording ${Buffer.from(id).toString('base64')},filename ${Buffer.from('my name.mp4').toString('base64')}`
    }
  });
  const record = await readFile(path.join(data, 'uploads', `${id}.json`), 'utf8');
  expect(record).not.toContain('name.mp4');
  expect(JSON.parse(record).metadata).toEqual({ recording: id });
});

it('R34 carries a recording to a slow store once, however often the browser asks meanwhile', async () => {
  const { contributor, headers } = await someoneTelling(database.db);
  const { id, bytes } = await announced(database.db, contributor, 1_000);
  expect((await create(headers, id, 1_000)).status).toBe(201);
  await writeFile(path.join(data, 'uploads', id), bytes);
  const slow = Promise.withResolvers<void>();
  adopting.until = slow.promise;
  const before = adopting.asked;

  const asking = [head(headers, id), head(headers, id), head(headers, id)];
  await expect.poll(() => adopting.asked).toBe(before + 1);
  slow.resolve();
  for (const answer of await Promise.all(asking)) expect(answer.headers.get('upload-offset')).toBe('1000');
  expect(adopting.asked).toBe(before + 1);
  expect(await stateOf(id)).toEqual({ state: 'received', store_key: `recordings/${id}` });
});

it('forgets an upload after 14 silent days, counted from its last byte', async () => {
  const { contributor, headers } = await someoneTelling(database.db);
  const { id } = await announced(database.db, contributor, 1_000);
  await create(headers, id, 1_000);
  const folder = path.join(data, 'uploads');
  const day = 24 * 3_600;
  const now = Date.now() / 1000;
  await utimes(path.join(folder, id), now - 13 * day, now - 13 * day);
  await expireUploads(folder, Date.now());
  expect((await head(headers, id)).status).toBe(200);
  await utimes(path.join(folder, id), now - 15 * day, now - 15 * day);
  expect((await patch(headers, id, 0, new Uint8Array(10))).status).toBe(410);
  await expireUploads(folder, Date.now());
  expect((await readdir(folder)).filter((name) => name.startsWith(id))).toEqual([]);
  expect((await head(headers, id)).status).toBe(404);
  expect((await stat(folder)).isDirectory()).toBe(true);
});

it('R19 deletes with a recording what came of it so far, and keeps none of it when its last byte comes too late', async () => {
  const { contributor, headers } = await someoneTelling(database.db);
  const deps = { db: database.db, env: testEnv({ webUrl: database.webUrl, dataDir: data }), store: diskStore(path.join(data, 'media')) };
  const under = async (id: string) =>
    [...(await readdir(path.join(data, 'uploads'))), ...(await readdir(data, { recursive: true }))].filter((name) => name.includes(id));

  const half = await announced(database.db, contributor, 1_000);
  expect((await create(headers, half.id, 1_000)).status).toBe(201);
  await patch(headers, half.id, 0, new Uint8Array(half.bytes.subarray(0, 500)));
  await deleteRecording(deps, contributor, { recordingId: half.id });
  await destroyRecordingFiles(deps, half.id);
  expect(await under(half.id)).toEqual([]);

  const late = await announced(database.db, contributor, 1_000);
  await database.sql('delete from recording where id = $1', [late.id]);
  await writeFile(path.join(data, 'uploads', late.id), late.bytes);
  await takeInUpload(deps, contributor, late.id);
  expect(await under(late.id)).toEqual([]);

  // A server that died after the store had taken it and before a row said so.
  const unnamed = await announced(database.db, contributor, 1_000);
  await writeFile(path.join(data, 'uploads', unnamed.id), unnamed.bytes);
  await deps.store.adoptFile(`recordings/${unnamed.id}`, path.join(data, 'uploads', unnamed.id));
  await deleteRecording(deps, contributor, { recordingId: unnamed.id });
  await destroyRecordingFiles(deps, unnamed.id);
  expect(await under(unnamed.id)).toEqual([]);
});

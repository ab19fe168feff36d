import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, utimes } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Upload } from 'tus-js-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openEngines } from '#engines/engines.server.ts';
import type { MediaStore } from '#engines/store/port.ts';
import { openDatabase } from '#platform/db.server.ts';
import type { Deps } from '#platform/deps.server.ts';
import type { RecordingId } from '#platform/ids.ts';
import { closeQueue, openQueue } from '#platform/jobs.server.ts';
import { s3PlaceOf, s3Settings } from '#platform/s3.server.ts';
import { testDatabase, type TestDatabase } from '#tests/database.ts';
import { contract, type Adapter } from '#tests/support/contract.ts';
import { announced, someoneTelling, testEnv } from '#tests/support/telling.ts';
import { testBucket, type TestBucket } from '#tests/support/test-bucket.ts';
import { keysUnder } from '#tests/support/told.ts';
import { deleteRecording } from '#modules/testimony/delete-recording.server.ts';
import { destroyRecordingFiles } from './destroy-recording-files.server.ts';
import { openUploads } from './open-uploads.server.ts';
import { takeInUpload } from './take-in-upload.server.ts';
import { uploadsHandler } from './uploads-handler.server.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await openQueue(database.db);
});
afterAll(async () => {
  await closeQueue();
  await database.close();
});

const adapters: readonly Adapter[] = [{ name: 'disk' }, { name: 's3', variable: 'S3_ENDPOINT' }];

contract('uploads', adapters, ({ name }) => {
  let server: Server;
  let data: string;
  let address: string;
  let bucket: TestBucket | null = null;
  let deps: Pick<Deps, 'db' | 'env' | 'store'>;
  /** How often the store was asked to take a recording in, and what that waits for. */
  const adopting = { asked: 0, until: Promise.resolve() };

  beforeAll(async () => {
    data = await mkdtemp(path.join(tmpdir(), 'sawt-uploads-'));
    if (name === 's3') bucket = await testBucket();
    server = createServer((req, res) => void handler(req, res)).listen(0, '127.0.0.1');
    await new Promise((ready) => server.once('listening', ready));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const env = { ...testEnv({ webUrl: database.webUrl, dataDir: data, origin: address }), ...bucket?.variables };
    const real = openEngines(env, database.db).store;
    const store: MediaStore = {
      ...real,
      async adoptFile(key, file) {
        adopting.asked += 1;
        await adopting.until;
        await real.adoptFile(key, file);
      }
    };
    deps = { db: database.db, env, store };
    const handler = uploadsHandler(deps);
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await rm(data, { recursive: true, force: true });
    await bucket?.remove();
  });

  const TUS = { 'tus-resumable': '1.0.0' };
  const metadata = (id: string) => ({ 'upload-metadata': `recording ${Buffer.from(id).toString('base64')}` });

  function create(headers: Record<string, string>, id: string, length: number) {
    return fetch(`${address}/uploads`, {
      method: 'POST',
      headers: { ...TUS, ...headers, ...metadata(id), 'upload-length': String(length) }
    });
  }
  function patch(headers: Record<string, string>, id: string, offset: number, body: Uint8Array<ArrayBuffer>, where = address) {
    return fetch(`${where}/uploads/${id}`, {
      method: 'PATCH',
      headers: { ...TUS, ...headers, 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' },
      body
    });
  }
  const head = (headers: Record<string, string>, id: string, where = address) =>
    fetch(`${where}/uploads/${id}`, { method: 'HEAD', headers: { ...TUS, ...headers } });
  /** All of its bytes, as a server that died before it could take them in left them. */
  async function arrive(headers: Record<string, string>, { id, bytes }: { id: RecordingId; bytes: Buffer }): Promise<void> {
    expect((await create(headers, id, bytes.length)).status).toBe(201);
    const uploads = openUploads(deps);
    expect(await uploads.write(Readable.from([bytes]), id, 0)).toBe(bytes.length);
  }
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
    const kept = await buffer(await deps.store.open(`recordings/${id}`));
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
    const recording = await announced(database.db, contributor, 1_000);
    const { id } = recording;
    await arrive(headers, recording);
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
    const record = bucket
      ? await text(await deps.store.open(`uploads/${id}/record`))
      : await readFile(path.join(data, 'uploads', `${id}.json`), 'utf8');
    expect(record).not.toContain('name.mp4');
    expect(JSON.parse(record).metadata).toEqual({ recording: id });
    if (!bucket) return;
    const place = s3PlaceOf(bucket.variables)!;
    const at = { Bucket: place.bucket, Key: `uploads/${id}/record` };
    const { Metadata, ContentDisposition } = await new S3Client(s3Settings(place)).send(new HeadObjectCommand(at));
    expect([Object.keys(Metadata!).toSorted(), ContentDisposition]).toEqual([['tus-version', 'upload-id'], undefined]);
  });

  if (name === 'disk')
    it('R34 carries a recording to a slow store once, however often the browser asks meanwhile', async () => {
      const { contributor, headers } = await someoneTelling(database.db);
      const recording = await announced(database.db, contributor, 1_000);
      const { id } = recording;
      await arrive(headers, recording);
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

  it('forgets an upload after 14 silent days, counted from its last byte, and every trace of it', async () => {
    const { contributor, headers } = await someoneTelling(database.db);
    const { id, bytes } = await announced(database.db, contributor, 1_000);
    await create(headers, id, 1_000);
    expect((await patch(headers, id, 0, new Uint8Array(bytes.subarray(0, 500)))).status).toBe(204);
    const day = 24 * 3_600_000;
    await openUploads(deps).expire(Date.now() + 13 * day);
    expect((await head(headers, id)).headers.get('upload-offset')).toBe('500');
    await openUploads(deps).expire(Date.now() + 15 * day);
    expect(await under(id)).toEqual([]);
    expect((await head(headers, id)).status).toBe(404);
  });

  if (name === 'disk')
    it('says that an upload is gone once it was silent for 14 days, cleared away or not', async () => {
      const { contributor, headers } = await someoneTelling(database.db);
      const { id } = await announced(database.db, contributor, 1_000);
      await create(headers, id, 1_000);
      const then = Date.now() / 1000 - 15 * 24 * 3_600;
      await utimes(path.join(data, 'uploads', id), then, then);
      expect((await patch(headers, id, 0, new Uint8Array(10))).status).toBe(410);
    });

  /** Keys in the store and files in the data folder that name a recording. */
  async function under(id: string): Promise<string[]> {
    const keys = [...(await keysUnder(deps.store, 'recordings')), ...(await keysUnder(deps.store, 'uploads'))];
    return [...new Set([...keys, ...(await readdir(data, { recursive: true }))])].filter((trace) => trace.includes(id)).toSorted();
  }

  it('R19 deletes with a recording what came of it so far, and keeps none of it when its last byte comes too late', async () => {
    const { contributor, headers } = await someoneTelling(database.db);
    const half = await announced(database.db, contributor, 1_000);
    expect((await create(headers, half.id, 1_000)).status).toBe(201);
    await patch(headers, half.id, 0, new Uint8Array(half.bytes.subarray(0, 500)));
    await deleteRecording(deps, contributor, { recordingId: half.id });
    await destroyRecordingFiles(deps, half.id);
    expect(await under(half.id)).toEqual([]);

    const late = await announced(database.db, contributor, 1_000);
    await arrive(headers, late);
    await database.sql('delete from recording where id = $1', [late.id]);
    await takeInUpload(deps, contributor, late.id);
    expect(await under(late.id)).toEqual([]);

    // A server that died after the store had taken it and before a row said so.
    const unnamed = await announced(database.db, contributor, 1_000);
    await arrive(headers, unnamed);
    await openUploads(deps).complete(unnamed.id);
    expect(await deps.store.stat(`recordings/${unnamed.id}`)).toEqual({ bytes: 1_000 });
    await deleteRecording(deps, contributor, { recordingId: unnamed.id });
    await destroyRecordingFiles(deps, unnamed.id);
    expect(await under(unnamed.id)).toEqual([]);
  });

  /** A second web process in all but its process id: its own connections, its own machine where uploads are in s3. */
  async function anotherWeb(): Promise<{ address: string; close: () => Promise<void> }> {
    const elsewhere = bucket ? await mkdtemp(path.join(tmpdir(), 'sawt-uploads-')) : data;
    const db = openDatabase(database.webUrl, 4);
    const env = { ...deps.env, SAWT_DATA: elsewhere };
    const handler = uploadsHandler({ db, env, store: openEngines(env, db).store });
    const other = createServer((req, res) => void handler(req, res)).listen(0, '127.0.0.1');
    await new Promise((ready) => other.once('listening', ready));
    return {
      address: `http://127.0.0.1:${(other.address() as AddressInfo).port}`,
      async close() {
        other.closeAllConnections();
        await new Promise((closed) => other.close(closed));
        await db.destroy();
        if (elsewhere !== data) await rm(elsewhere, { recursive: true, force: true });
      }
    };
  }

  it('R21 R34 goes on at another web process, in pieces of any size, without a byte lost or sent twice', async () => {
    const { contributor, headers } = await someoneTelling(database.db);
    const { id, bytes, sha256 } = await announced(database.db, contributor, 20_000_003);
    const other = await anotherWeb();
    expect((await create(headers, id, bytes.length)).status).toBe(201);
    let offset = 0;
    for (const [place, size] of [1, 70_001, 4_000_000, 8_388_608, 1_000, 5_000_000, 20_000_003].entries()) {
      const where = place % 2 ? other.address : address;
      const told = await head(headers, id, where);
      expect(told.headers.get('upload-offset')).toBe(String(offset));
      const sent = await patch(headers, id, offset, new Uint8Array(bytes.subarray(offset, offset + size)), where);
      expect(sent.status).toBe(204);
      offset = Math.min(offset + size, bytes.length);
      expect(sent.headers.get('upload-offset')).toBe(String(offset));
    }
    expect(await stateOf(id)).toEqual({ state: 'received', store_key: `recordings/${id}` });
    expect(
      createHash('sha256')
        .update(await buffer(await deps.store.open(`recordings/${id}`)))
        .digest('hex')
    ).toBe(sha256);
    // What lay beside the parts is gone; what is known of it stays for a browser that did not hear the answer.
    expect((await under(id)).filter((trace) => !/record$|json$/.test(trace))).toEqual(
      bucket ? [`recordings/${id}`] : [`media/recordings/${id}`, `recordings/${id}`]
    );
    expect((await head(headers, id, other.address)).headers.get('upload-offset')).toBe(String(bytes.length));
    await other.close();
  });

  it('R21 keeps what came before a line dropped, and takes it over from the process that still waits for more', async () => {
    const { contributor, headers } = await someoneTelling(database.db);
    const { id, bytes } = await announced(database.db, contributor, 3_000_000);
    const other = await anotherWeb();
    expect((await create(headers, id, bytes.length)).status).toBe(201);

    // A sender that says it will send everything and falls silent: its connection stays open, as on a telephone that lost its net.
    const silent = request(`${address}/uploads/${id}`, {
      method: 'PATCH',
      headers: {
        ...TUS,
        ...headers,
        'upload-offset': '0',
        'content-type': 'application/offset+octet-stream',
        'content-length': String(bytes.length)
      }
    });
    silent.on('error', () => undefined);
    silent.write(bytes.subarray(0, 1_234_567));
    const isHeld = async () => (await database.sql('select 1 from upload_lease where recording_id = $1', [id])).length;
    await expect.poll(isHeld).toBe(1);

    const told = await head(headers, id, other.address);
    expect([told.status, told.headers.get('upload-offset')]).toEqual([200, '1234567']);
    expect((await patch(headers, id, 1_234_567, new Uint8Array(bytes.subarray(1_234_567)), other.address)).status).toBe(204);
    silent.write(bytes.subarray(0, 1_000));
    silent.destroy();
    expect((await stateOf(id))?.state).toBe('received');
    expect((await buffer(await deps.store.open(`recordings/${id}`))).equals(bytes)).toBe(true);
    expect(await isHeld()).toBe(0);
    await other.close();
  });

  it('R34 lets two web processes that are asked at once write one after the other', async () => {
    const { contributor, headers } = await someoneTelling(database.db);
    const { id, bytes } = await announced(database.db, contributor, 2_000_000);
    const other = await anotherWeb();
    await create(headers, id, bytes.length);
    const all = new Uint8Array(bytes);
    const answers = await Promise.all([patch(headers, id, 0, all), patch(headers, id, 0, all, other.address)]);
    // The second finds everything there, or an upload that is over.
    expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 409]);
    expect((await buffer(await deps.store.open(`recordings/${id}`))).equals(bytes)).toBe(true);
    const jobs = await database.sql(`select 1 from pgboss.job where name = 'verify-recording' and data->>'recordingId' = $1`, [id]);
    expect(jobs).toHaveLength(1);
    await other.close();
  });

  it('waits for a process that was killed only as long as its word holds', async () => {
    const { contributor, headers } = await someoneTelling(database.db);
    const { id } = await announced(database.db, contributor, 1_000);
    await create(headers, id, 1_000);
    await database.sql(`insert into upload_lease values ($1, gen_random_uuid(), clock_timestamp() + interval '1 second')`, [id]);
    const asked = performance.now();
    expect((await head(headers, id)).status).toBe(200);
    expect(performance.now() - asked).toBeGreaterThan(700);
  });
});

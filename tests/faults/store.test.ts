import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { MediaStore } from '#engines/store/port.ts';
import { s3Store } from '#engines/store/s3.server.ts';
import { serveMedia } from '#modules/media/serve-media.server.ts';
import { uploadsHandler } from '#modules/upload/uploads-handler.server.ts';
import type { Env } from '#platform/env.ts';
import { closeQueue, openQueue } from '#platform/jobs.server.ts';
import { s3PlaceOf } from '#platform/s3.server.ts';
import { testDatabase } from '#tests/database.ts';
import { breakingLine, type BreakingLine, type Fault } from '#tests/support/breaking-line.ts';
import { contract } from '#tests/support/contract.ts';
import { announced, someoneTelling, testEnv } from '#tests/support/telling.ts';
import { staff, testimony } from '#tests/support/testimony-fixtures.ts';
import { testBucket, type TestBucket } from '#tests/support/test-bucket.ts';
import { verifyRecording } from '#worker/jobs/verify-recording.server.ts';
import type { WorkerDeps } from '#worker/handler.ts';

const SILENCE_MS = 2_000;
const database = await testDatabase();
const { sql } = database;
const folder = await mkdtemp(path.join(tmpdir(), 'sawt-faults-'));
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

contract('media behind a bad line', [{ name: 's3', variable: 'S3_ENDPOINT' }], () => {
  let bucket: TestBucket;
  let line: BreakingLine;
  let store: MediaStore;
  let env: Env;
  let web: Server;
  let address: string;

  beforeAll(async () => {
    await openQueue(database.workerDb);
    bucket = (await testBucket())!;
    line = await breakingLine(bucket.variables.S3_ENDPOINT!);
    const variables = { ...bucket.variables, S3_ENDPOINT: line.url };
    store = s3Store(s3PlaceOf(variables)!, { SAWT_DATA: folder }, { silenceMs: SILENCE_MS });
    web = createServer((req, res) => void handler(req, res)).listen(0, '127.0.0.1');
    await new Promise((ready) => web.once('listening', ready));
    address = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
    env = { ...testEnv({ webUrl: database.webUrl, dataDir: folder, origin: address }), ...variables };
    const handler = uploadsHandler({ db: database.db, env, store });
  });
  afterEach(() => line.will(() => null));
  afterAll(async () => {
    web.closeAllConnections();
    web.close();
    await closeQueue();
    await bucket.remove();
    await line.stop();
  });

  async function fileWith(content: Buffer): Promise<string> {
    const file = path.join(folder, randomUUID());
    await writeFile(file, content);
    return file;
  }
  const down = { code: 'store_down', status: 503 };
  const isPart = ({ method, url }: IncomingMessage) => method === 'PUT' && url!.includes('partNumber=');

  it.each<Fault>(['refused', 'busy', 'silent', 'cut', 'lost'])(
    'R34 keeps a file that it cannot send (%s), says so, and sends it whole when it can',
    async (fault) => {
      const content = randomBytes(9 * 1024 * 1024);
      const file = await fileWith(content);
      const key = `recordings/${randomUUID()}`;
      line.will(({ method }) => (method === 'PUT' ? fault : null));
      await expect(store.putFile(key, file)).rejects.toMatchObject(down);
      expect((await readFile(file)).equals(content)).toBe(true);
      expect(await store.stat(key)).toBeNull();
      line.will(() => null);
      expect(await store.putFile(key, file)).toEqual({ bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') });
      expect((await buffer(await store.open(key))).equals(content)).toBe(true);
    }
  );

  it('passes over a server that is busy for a moment', async () => {
    const content = randomBytes(1_000);
    const key = `recordings/${randomUUID()}`;
    let asked = 0;
    line.will(() => (asked++ % 2 ? null : 'busy'));
    await store.putFile(key, await fileWith(content));
    expect((await buffer(await store.open(key))).equals(content)).toBe(true);
  });

  it('R34 gives no reader half a file for a whole one', async () => {
    const content = randomBytes(3_000_000);
    const key = `recordings/${randomUUID()}`;
    await store.putFile(key, await fileWith(content));
    line.will(({ method }) => (method === 'GET' ? 'half' : null));
    await expect(store.open(key).then(buffer)).rejects.toMatchObject(down);
    await expect(store.open(key, { start: 10, end: 2_000_000 }).then(buffer)).rejects.toMatchObject(down);
    await expect(store.withLocalFile(key, async () => 'read')).rejects.toMatchObject(down);
    line.will(({ method }) => (method === 'GET' ? 'silent' : null));
    await expect(store.open(key)).rejects.toMatchObject(down);
  });

  const TUS = { 'tus-resumable': '1.0.0' };
  async function telling(size: number) {
    const { contributor, headers } = await someoneTelling(database.db);
    const recording = await announced(database.db, contributor, size);
    const at = `${address}/uploads/${recording.id}`;
    const metadata = `recording ${Buffer.from(recording.id).toString('base64')}`;
    const created = await fetch(`${address}/uploads`, {
      method: 'POST',
      headers: { ...TUS, ...headers, 'upload-metadata': metadata, 'upload-length': String(size) }
    });
    expect(created.status).toBe(201);
    return {
      ...recording,
      send: async (offset: number) => {
        const answer = await fetch(at, {
          method: 'PATCH',
          headers: { ...TUS, ...headers, 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' },
          body: new Uint8Array(recording.bytes.subarray(offset))
        });
        return [answer.status, answer.status === 204 ? '' : await answer.text()];
      },
      offset: async () => {
        const answer = await fetch(at, { method: 'HEAD', headers: { ...TUS, ...headers } });
        return answer.status === 200 ? Number(answer.headers.get('upload-offset')) : answer.status;
      },
      stateOf: async () => (await sql<{ state: string }>('select state from recording where id = $1', [recording.id]))[0]!.state,
      stored: async () => (await buffer(await store.open(`recordings/${recording.id}`))).equals(recording.bytes)
    };
  }

  it.each<Fault>(['refused', 'busy', 'cut'])(
    'R34 answers an offset only for what the bucket has (%s), and goes on from there',
    async (fault) => {
      const upload = await telling(20_000_000);
      line.will((asked) => (isPart(asked) && asked.url!.includes('partNumber=2') ? fault : null));
      expect(await upload.send(0)).toEqual([503, 'store_down']);
      expect(await upload.offset()).toBe(8 * 1024 * 1024);
      expect(await upload.stateOf()).toBe('expected');
      line.will(() => null);
      expect(await upload.send(8 * 1024 * 1024)).toEqual([204, '']);
      expect([await upload.stateOf(), await upload.stored()]).toEqual(['received', true]);
    }
  );

  it.each<Fault>(['refused', 'busy', 'lost'])('R34 makes one recording of it, though joining its parts went wrong (%s)', async (fault) => {
    const upload = await telling(9_000_000);
    line.will(({ method, url }) => (method === 'POST' && url!.includes('uploadId=') ? fault : null));
    expect(await upload.send(0)).toEqual([503, 'store_down']);
    line.will(() => null);
    expect(await upload.offset()).toBe(9_000_000);
    expect([await upload.stateOf(), await upload.stored()]).toEqual(['received', true]);
  });

  it('says that the store is down, not that an upload is unknown: a browser would begin anew', async () => {
    const upload = await telling(1_000);
    line.will(() => 'busy');
    expect(await upload.offset()).toBe(503);
    expect(await upload.send(0)).toEqual([503, 'store_down']);
    line.will(() => null);
    expect(await upload.offset()).toBe(0);
  });

  it('R34 R36 does not refuse a recording that it could only read in part: the job is tried again', async () => {
    const upload = await telling(2_000_000);
    expect(await upload.send(0)).toEqual([204, '']);
    const deps = { db: database.workerDb, env, store } as unknown as WorkerDeps;
    const run = { signal: new AbortController().signal, isLastTry: false };
    const step = () => sql(`select state, reason from processing_step where recording_id = $1 and step = 'verify'`, [upload.id]);
    for (const fault of ['half', 'busy', 'silent'] as const) {
      line.will(({ method }) => (method === 'GET' ? fault : null));
      await expect(verifyRecording(deps, { recordingId: upload.id }, run)).rejects.toMatchObject(down);
      expect(await step()).toEqual([{ state: 'waiting', reason: 'store_down' }]);
      expect(await upload.stateOf()).toBe('received');
    }
    line.will(() => null);
    await verifyRecording(deps, { recordingId: upload.id }, run);
    expect([await upload.stateOf(), await step()]).toEqual(['verified', [{ state: 'done', reason: null }]]);
  });

  it('answers a listener with 503 while the store is away', async () => {
    const laid = await testimony(sql);
    const key = `recordings/${laid.recordingId}`;
    await store.putFile(key, await fileWith(randomBytes(1_000)));
    await sql('update recording set bytes = 1000, store_key = $2 where id = $1', [laid.recordingId, key]);
    const readers = { account: await staff(sql, ['reviewer']), contributor: null };
    const ask = () =>
      serveMedia({ db: database.db, store }, readers, { kind: 'recordings', id: laid.recordingId! }, new Request('http://archive'));
    line.will(() => 'refused');
    expect((await ask()).status).toBe(503);
    line.will(() => null);
    expect((await ask()).status).toBe(200);
  });
});

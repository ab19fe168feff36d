import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { Upload } from 'tus-js-client';
import { announceRecording } from '#modules/testimony/announce-recording.server.ts';
import type { RecordingId } from '#platform/ids.ts';
import { startTestCluster, testDatabase } from '../database.ts';
import { startUploadsServer } from '../support/start-uploads-server.ts';
import { announced, someoneTelling } from '../support/telling.ts';
import type { Wanted } from '../support/uploads-server.ts';
import type { Row } from './bench.ts';

const MiB = 1024 * 1024;
const CHUNK = 8 * MiB;
const SIZE = 256 * MiB;
const ROUNDS = 7;
const LARGE = 4 * 1024 * MiB;

/**
 * Bytes a second through /uploads against @tus/server as it comes: with the same fsync (like for like), and without any.
 * Then 4 GB for memory, and the bytes on the wire when the line is cut five times.
 */
export async function run(): Promise<Row[]> {
  const cluster = await startTestCluster();
  const database = await testDatabase();
  const folder = await mkdtemp(path.join(tmpdir(), 'sawt-bench-upload-'));
  const start = (kind: Wanted['kind']) => startUploadsServer({ kind, webUrl: database.webUrl, dataDir: path.join(folder, kind) });
  const servers = { ours: await start('ours'), bare: await start('bare'), 'bare-durable': await start('bare-durable') };
  const block = randomBytes(CHUNK);

  /** The block, again and again: what is sent matters only in its length. */
  async function send(kind: Wanted['kind'], size: number): Promise<number> {
    const { contributor, headers } = await someoneTelling(database.db);
    const id = randomUUID() as RecordingId;
    await announceRecording({ db: database.db }, contributor, {
      id,
      kind: 'video',
      mediaType: 'video/webm',
      bytes: size,
      sha256: createHash('sha256').update(id).digest('hex')
    });
    const started = performance.now();
    await tusSend(`${servers[kind].address}/uploads`, headers, id, size, block);
    return size / ((performance.now() - started) / 1000);
  }

  const speeds: Record<Wanted['kind'], number[]> = { ours: [], bare: [], 'bare-durable': [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const kind of ['bare', 'ours', 'bare-durable'] as const) speeds[kind].push(await send(kind, SIZE));
  }
  const ours = median(speeds.ours) / MiB;
  const durable = median(speeds['bare-durable']) / MiB;
  const bare = median(speeds.bare) / MiB;

  const rss = async () => Number(await (await fetch(`${servers.ours.address}/rss`)).text()) / MiB;
  const before = await rss();
  const large = await send('ours', LARGE);
  const after = await rss();

  const cuts = await wireBytes(servers.ours.address, database.db);

  await Promise.all(Object.values(servers).map((server) => server.kill()));
  await database.close();
  await cluster.stop();
  await rm(folder, { recursive: true, force: true });
  return [
    {
      name: 'upload, both with fsync before the answer',
      figure: ours,
      unit: 'MiB/s',
      baseline: durable,
      ratio: ours / durable,
      target: '>= 1.0×'
    },
    { name: 'upload, ours with fsync, bare without', figure: ours, unit: 'MiB/s', baseline: bare, ratio: ours / bare, target: '>= 0.7×' },
    { name: 'upload of 4 GB', figure: large / MiB, unit: 'MiB/s' },
    { name: 'memory of the server after 4 GB', figure: after, unit: 'MiB', baseline: before, ratio: after / before, target: '<= 1.3×' },
    {
      name: 'bytes on the wire with 5 cuts, 64 MiB',
      figure: cuts.wire / MiB,
      unit: 'MiB',
      baseline: cuts.size / MiB,
      ratio: cuts.wire / cuts.size,
      target: '<= 1.02×'
    }
  ];
}

function tusSend(endpoint: string, headers: Record<string, string>, id: string, size: number, block: Buffer): Promise<void> {
  const source = Readable.from(
    (function* () {
      for (let sent = 0; sent < size; sent += block.length) yield block.subarray(0, Math.min(block.length, size - sent));
    })(),
    { objectMode: false, highWaterMark: CHUNK }
  );
  return new Promise((done, failed) => {
    new Upload(source, {
      endpoint,
      headers,
      metadata: { recording: id },
      uploadSize: size,
      chunkSize: CHUNK,
      retryDelays: null as unknown as number[],
      onSuccess: () => done(),
      onError: failed
    }).start();
  });
}

/** A proxy that counts what the client sends and cuts the line five times, in the middle of a chunk. */
async function wireBytes(address: string, db: Parameters<typeof someoneTelling>[0]): Promise<{ wire: number; size: number }> {
  const size = 64 * MiB;
  const port = Number(new URL(address).port);
  let wire = 0;
  const cutAt = [5, 17, 29, 41, 53].map((mebibytes) => mebibytes * MiB + 300_000);
  const proxy = createServer((client) => {
    const server = connect(port, '127.0.0.1');
    client.on('error', () => server.destroy());
    server.on('error', () => client.destroy());
    server.pipe(client);
    client.on('data', (chunk) => {
      wire += chunk.length;
      if (cutAt.length && wire >= cutAt[0]!) {
        cutAt.shift();
        // What had arrived goes on to the server, as with a line that drops; then both ends are gone.
        server.end(chunk);
        client.resetAndDestroy();
        return;
      }
      if (!server.write(chunk)) {
        client.pause();
        server.once('drain', () => client.resume());
      }
    });
  }).listen(0, '127.0.0.1');
  await new Promise((ready) => proxy.once('listening', ready));

  const { contributor, headers } = await someoneTelling(db);
  const { id, bytes } = await announced(db, contributor, size);
  await new Promise<void>((done, failed) => {
    new Upload(bytes, {
      endpoint: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/uploads`,
      chunkSize: CHUNK,
      headers,
      metadata: { recording: id },
      retryDelays: Array.from({ length: 30 }, () => 200),
      onSuccess: () => done(),
      onError: failed
    }).start();
  });
  proxy.close();
  return { wire, size };
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

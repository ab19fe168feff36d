import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, request, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { getRequest, setResponse } from '@sveltejs/kit/node';
import { startTestCluster, testDatabase } from '#tests/database.ts';
import { published } from '#tests/support/published.ts';
import { diskStore } from '#engines/store/disk.server.ts';
import { serveMedia } from '#modules/media/serve-media.server.ts';
import type { Row } from './bench.ts';

const MIB = 1024 * 1024;
const SIZE = 256 * MIB;
const ASKED = 300;

/** Milliseconds to the first byte of a megabyte somewhere in a file, ours with the database asked, against a file served as it is. */
export async function run(): Promise<Row[]> {
  const cluster = await startTestCluster();
  const database = await testDatabase();
  const folder = await mkdtemp(path.join(tmpdir(), 'sawt-range-'));
  const store = diskStore(path.join(folder, 'media'));
  const plain = path.join(folder, 'plain');
  for (const file of [plain, `${plain}-2`]) await writeFile(file, Buffer.alloc(SIZE, randomBytes(MIB)));
  const id = await publicMedium(database, store, `${plain}-2`);

  const ours = await listening(async (req, res) => {
    const asked = await getRequest({ request: req, base: 'http://archive' });
    const readers = { account: null, contributor: null };
    await setResponse(res, await serveMedia({ db: database.db, store }, readers, { kind: 'publications', id }, asked));
  });
  const bare = await listening(async (req, res) => {
    const [, start, end] = req.headers.range!.match(/(\d+)-(\d+)/)!.map(Number);
    const { size } = await stat(plain);
    res.writeHead(206, {
      'content-range': `bytes ${start}-${end}/${size}`,
      'content-length': end! - start! + 1,
      'content-type': 'video/mp4'
    });
    createReadStream(plain, { start, end }).pipe(res);
  });
  const [first, second] = [await firstBytes(ours.port), await firstBytes(bare.port)];
  const [throughput, bareThroughput] = [await megabytesASecond(ours.port), await megabytesASecond(bare.port)];
  ours.close();
  bare.close();
  await database.close();
  await cluster.stop();
  await rm(folder, { recursive: true, force: true });
  return [
    { name: 'first byte of a range, median', figure: at(first, 0.5), unit: 'ms', baseline: at(second, 0.5), target: '<= 20' },
    { name: 'first byte of a range, p95', figure: at(first, 0.95), unit: 'ms', baseline: at(second, 0.95) },
    {
      name: 'one reader',
      figure: throughput,
      unit: 'MB/s',
      baseline: bareThroughput,
      ratio: throughput / bareThroughput,
      target: '>= 0.3×'
    }
  ];
}

async function publicMedium(
  database: Awaited<ReturnType<typeof testDatabase>>,
  store: ReturnType<typeof diskStore>,
  file: string
): Promise<string> {
  const { publicationId, testimonyId } = await published(database, { passages: [{ text: 'one' }] });
  const id = randomUUID();
  const { bytes, sha256 } = await store.putFile(`publications/${id}`, file);
  await database.sql(
    `begin; set local session_replication_role = replica;
     insert into publication_medium (id, publication_id, testimony_id, number, kind, media_type, bytes, sha256, store_key, duration_ms)
     values ('${id}', '${publicationId}', '${testimonyId}', 1, 'video', 'video/mp4', ${bytes}, '${sha256}', 'publications/${id}', 1000); commit`
  );
  return id;
}

async function listening(answer: RequestListener): Promise<{ port: number; close: () => void }> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as { port: number }).port, close: () => server.close() };
}

async function firstBytes(port: number): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < ASKED; n++) {
    const start = Math.floor((n * 7919 * 1024) % (SIZE - MIB));
    times.push(await reading(port, start, start + MIB - 1));
  }
  return times.slice(20).sort((a, b) => a - b);
}

async function megabytesASecond(port: number): Promise<number> {
  const began = performance.now();
  await reading(port, 0, SIZE - 1);
  return SIZE / 1e6 / ((performance.now() - began) / 1_000);
}

/** @returns milliseconds to the first byte; resolves after the last */
function reading(port: number, start: number, end: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const asked = request({ port, headers: { range: `bytes=${start}-${end}` } }, (response) => {
      response.once('data', () => {
        const first = performance.now() - began;
        response.on('end', () => resolve(first));
      });
      response.resume();
    });
    asked.on('error', reject).end();
  });
}

const at = (sorted: readonly number[], share: number): number => sorted[Math.floor(sorted.length * share)]!;

import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { CompleteMultipartUploadCommand, CreateMultipartUploadCommand, S3Client, UploadPartCommand } from '@aws-sdk/client-s3';
import { Upload } from 'tus-js-client';
import { announceRecording } from '#modules/testimony/announce-recording.server.ts';
import type { RecordingId } from '#platform/ids.ts';
import { s3PlaceOf, s3Settings } from '#platform/s3.server.ts';
import { startTestCluster, testDatabase } from '../database.ts';
import { startUploadsServer } from '../support/start-uploads-server.ts';
import { someoneTelling } from '../support/telling.ts';
import { testBucket } from '../support/test-bucket.ts';
import type { Row } from './bench.ts';

const MiB = 1024 * 1024;
const PART = 8 * MiB;
const SIZE = 64 * MiB;
const ROUNDS = 5;
/** What is sent by one request, in MiB: a browser's, and all that a faster line could carry. */
const REQUESTS = [8, 64];

/**
 * Bytes a second into S3: through /uploads, from the first request to a recording taken in, against a client that sends the same parts to
 * the same bucket by itself, one after the other as a browser does, and three at a time. Needs S3_ENDPOINT.
 */
export async function run(): Promise<Row[]> {
  const bucket = await testBucket();
  if (!bucket) {
    console.log('skipped: S3_ENDPOINT not set');
    return [];
  }
  const cluster = await startTestCluster();
  const database = await testDatabase();
  const folder = await mkdtemp(path.join(tmpdir(), 'sawt-bench-store-'));
  const { variables } = bucket;
  const web = await startUploadsServer({ kind: 'ours', webUrl: database.webUrl, dataDir: folder, variables });
  const client = new S3Client(s3Settings(s3PlaceOf(variables)!));
  const block = randomBytes(PART);

  async function bare(atOnce: number): Promise<number> {
    const at = { Bucket: variables.S3_BUCKET, Key: `recordings/${randomUUID()}` };
    const began = performance.now();
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(at));
    const Parts: { PartNumber: number; ETag: string | undefined }[] = [];
    let next = 1;
    const sender = async () => {
      while (next <= SIZE / PART) {
        const PartNumber = next++;
        const { ETag } = await client.send(new UploadPartCommand({ ...at, UploadId, PartNumber, Body: block }));
        Parts.push({ PartNumber, ETag });
      }
    };
    await Promise.all(Array.from({ length: atOnce }, sender));
    Parts.sort((a, b) => a.PartNumber - b.PartNumber);
    await client.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts } }));
    return SIZE / MiB / ((performance.now() - began) / 1_000);
  }

  async function ours(request: number): Promise<number> {
    const { contributor, headers } = await someoneTelling(database.db);
    const id = randomUUID() as RecordingId;
    const sha256 = createHash('sha256').update(id).digest('hex');
    await announceRecording({ db: database.db }, contributor, { id, kind: 'video', mediaType: 'video/webm', bytes: SIZE, sha256 });
    const began = performance.now();
    await new Promise<void>((done, failed) => {
      const source = Readable.from(Array<Buffer>(SIZE / PART).fill(block), { objectMode: false, highWaterMark: PART });
      new Upload(source, {
        endpoint: `${web.address}/uploads`,
        headers,
        metadata: { recording: id },
        uploadSize: SIZE,
        chunkSize: request * MiB,
        retryDelays: null as unknown as number[],
        onSuccess: () => done(),
        onError: failed
      }).start();
    });
    return SIZE / MiB / ((performance.now() - began) / 1_000);
  }

  const speeds = new Map<string, number[]>();
  const keep = (name: string, speed: number) => speeds.set(name, [...(speeds.get(name) ?? []), speed]);
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const atOnce of [1, 3]) keep(`bare ${atOnce}`, await bare(atOnce));
      for (const request of REQUESTS) keep(`ours ${request}`, await ours(request));
    }
  } finally {
    await web.kill();
    await bucket.remove();
    client.destroy();
    await database.close();
    await cluster.stop();
    await rm(folder, { recursive: true, force: true });
  }
  const median = (name: string) => speeds.get(name)!.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)]!;
  const row = (name: string, request: number, atOnce: number): Row => {
    const [figure, baseline] = [median(`ours ${request}`), median(`bare ${atOnce}`)];
    return { name, figure, unit: 'MiB/s', baseline, ratio: figure / baseline, target: '>= 0.9×' };
  };
  return [
    row('upload into S3 by requests of 8 MiB, bare: parts one by one', 8, 1),
    row('upload into S3 in one request, bare: three parts at a time', 64, 3)
  ];
}

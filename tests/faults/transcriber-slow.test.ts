import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '#tests/database.ts';
import { mediaFiles } from '#tests/support/media-files.ts';
import { handedOver, transcriberHearing, workplace } from '#tests/support/told.ts';
import type { Transcriber } from '#engines/transcriber/port.ts';
import { closeQueue, openQueue } from '#platform/jobs.server.ts';
import { startWorker, type Worker } from '#worker/worker.server.ts';

/** More than two heartbeats (pg-boss' shortest is ten seconds), as twenty minutes are of ours. */
const ANSWER_MS = 24_000;
const HEARTBEAT_SECONDS = 10;

const database = await testDatabase();
const { sql } = database;
const files = await mediaFiles();
let asked = 0;
const quick = transcriberHearing([{ startMs: 0, endMs: 1_000, text: 'We were forty', words: [] }]);
const slow: Transcriber = {
  ...quick,
  async transcribe(job) {
    asked += 1;
    await wait(ANSWER_MS, undefined, { signal: job.signal });
    return quick.transcribe(job);
  }
};
const place = await workplace(database, { transcriber: slow });
let workers: Worker[] = [];

beforeAll(async () => {
  await openQueue(database.workerDb);
  await sql(`update pgboss.queue set heartbeat_seconds = $1 where name = 'transcribe-piece'`, [HEARTBEAT_SECONDS]);
  workers = await Promise.all([startWorker(place.deps, database.workerUrl), startWorker(place.deps, database.workerUrl)]);
});
afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.stop()));
  await closeQueue();
  await database.close();
  await place.remove();
  await files.remove();
});

it('lets an engine take longer over an answer than a worker may be silent: no other worker asks again, and no try is lost', async () => {
  const file = await files.made('told.wav', '-f', 'lavfi', '-i', 'sine=f=300:d=4');
  const { recordingId } = await handedOver(database, place, file);
  const transcribed = async () =>
    (await sql<{ state: string }>(`select state from processing_step where recording_id = $1 and step = 'transcribe'`, [recordingId]))[0]
      ?.state;
  await expect.poll(transcribed, { timeout: 90_000, interval: 500 }).toBe('done');
  expect(asked).toBe(1);
  expect(await sql(`select retry_count, heartbeat_seconds from pgboss.job where name = 'transcribe-piece'`)).toEqual([
    { retry_count: 0, heartbeat_seconds: HEARTBEAT_SECONDS }
  ]);
});

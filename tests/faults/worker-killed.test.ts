import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as wait } from 'node:timers/promises';
import { PgBoss } from 'pg-boss';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '#tests/database.ts';
import { mediaFiles } from '#tests/support/media-files.ts';
import { smallTranscriber } from '#tests/support/small-transcriber.ts';
import { custodyOf } from '#tests/support/testimony-fixtures.ts';
import { approvedByBoth, handedOver, keysUnder, sealed, workplace, type Told } from '#tests/support/told.ts';
import { withdrawTestimony } from '#modules/testimony/withdraw-testimony.server.ts';
import type { EditListId } from '#platform/ids.ts';
import { closeQueue, openQueue } from '#platform/jobs.server.ts';
import type { JobName } from '#platform/queues.ts';

const database = await testDatabase();
const { sql } = database;
const files = await mediaFiles();
const transcriber = await smallTranscriber();
const place = await workplace(database);
/** What a running archive's other workers do all the time: give back what nobody's heart beats for any more. */
const supervisor = new PgBoss({
  connectionString: database.ownerUrl,
  migrate: false,
  schedule: false,
  supervise: false,
  monitorIntervalSeconds: 1
});
let worker: ChildProcess | undefined;

beforeAll(async () => {
  await openQueue(database.workerDb);
  await supervisor.start();
  await sql(`update archive set cooling_off = '0'`);
});
afterAll(async () => {
  await kill();
  await supervisor.stop({ graceful: false });
  await closeQueue();
  transcriber.stop();
  await database.close();
  await place.remove();
  await files.remove();
});

const entry = fileURLToPath(new URL('../../src/worker/main.ts', import.meta.url));

function startWorker(): void {
  const { env } = place.deps;
  const given = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, String(value)]));
  worker = spawn(process.execPath, [entry], {
    env: { PATH: process.env.PATH, ...given, PORT: '8700', TRANSCRIBER_URL: transcriber.url, NODE_NO_WARNINGS: '1' },
    stdio: ['ignore', 'ignore', 'inherit']
  });
}

async function kill(): Promise<void> {
  if (!worker || worker.exitCode !== null || worker.signalCode !== null) return;
  const ended = once(worker, 'exit');
  worker.kill('SIGKILL');
  await ended;
}

/** As if the time after which a silent worker counts as dead had passed. */
async function timePasses(): Promise<void> {
  await sql(`update pgboss.job set heartbeat_on = now() - interval '1 hour' where state = 'active'`);
  await sql('update pgboss.queue set monitor_on = null');
  await supervisor.supervise();
  await sql(`update pgboss.job set start_after = now() where state = 'retry'`);
}

const isActive = async (job: JobName) => (await sql(`select 1 from pgboss.job where name = $1 and state = 'active'`, [job])).length > 0;

/** Starts a worker, kills it with -9 while it does `job`, and lets time pass. */
async function killedAt(job: JobName, afterMs: number): Promise<void> {
  startWorker();
  await expect.poll(() => isActive(job), { timeout: 60_000, interval: 5 }).toBe(true);
  await wait(afterMs);
  await kill();
  await timePasses();
}

const stateOf = async ({ testimonyId }: Told) =>
  (await sql<{ state: string }>('select state from testimony where id = $1', [testimonyId]))[0]!.state;
const stepOf = async ({ recordingId }: Told, step: string) =>
  (await sql<{ state: string }>('select state from processing_step where recording_id = $1 and step = $2', [recordingId, step]))[0]?.state;
const isRendered = async (editListId: EditListId) =>
  (await sql('select 1 from edit_list where id = $1 and rendered_at is not null', [editListId])).length > 0;
const count = async (table: string, { testimonyId }: Told) =>
  (await sql<{ n: number }>(`select count(*)::int as n from ${table} where testimony_id = $1`, [testimonyId]))[0]!.n;
const stored = async () =>
  (await Promise.all(['recordings', 'renditions', 'publications'].map((folder) => keysUnder(place.deps.store, folder)))).flat();

const video = () =>
  files.made(
    'told.mp4',
    ...['-f', 'lavfi', '-i', 'testsrc2=s=640x360:r=25:d=4', '-f', 'lavfi', '-i', 'sine=f=300:d=4'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'aac']
  );

it.each([0, 120])(
  'R35 R36 does everything once, whenever its worker was killed (%i ms into each job)',
  { timeout: 300_000 },
  async (afterMs) => {
    const told = await handedOver(database, place, await video(), { kind: 'video' });
    for (const job of ['verify-recording', 'inspect-recording', 'make-renditions', 'find-speech'] as const) await killedAt(job, afterMs);
    for (const job of ['transcribe-piece', 'assemble-transcript', 'translate-testimony'] as const) await killedAt(job, afterMs);
    startWorker();
    await expect.poll(() => stepOf(told, 'translate'), { timeout: 60_000 }).toBe('needs_human');
    await kill();

    const review = await sealed(database, told, [{ startMs: 2_400, endMs: 2_900, treatment: 'mute' }]);
    await killedAt('render-public', afterMs);
    startWorker();
    await expect.poll(() => isRendered(review.editListId), { timeout: 60_000 }).toBe(true);
    await kill();

    await approvedByBoth(database, told.testimonyId, review);
    for (const job of ['start-cooling-off', 'publish-testimony', 'index-testimony'] as const) await killedAt(job, afterMs);
    startWorker();
    await expect.poll(() => count('search_passage', told), { timeout: 60_000 }).toBe(2);
    expect(await stateOf(told)).toBe('published');

    expect({
      transcripts: await count('transcript', told),
      segments: await count('segment', told),
      renditions: await count('rendition', told),
      publications: await count('publication', told),
      passages: await count('publication_passage', told),
      media: await count('publication_medium', told)
    }).toEqual({ transcripts: 1, segments: 2, renditions: 5, publications: 1, passages: 2, media: 1 });
    expect(await custodyOf(sql, { id: told.testimonyId })).toEqual([
      'recording_verified',
      ...['rendition_made', 'rendition_made', 'rendition_made', 'transcript_made'],
      ...['redacted', 'edit_list_sealed', 'rendition_made', 'rendition_made', 'public_rendition_made'],
      ...['edition_accepted', 'approved_by_one', 'approved_by_one', 'cooling_off_started', 'published']
    ]);
    expect(await stored()).toHaveLength(1 + 5 + 1);
    await kill();

    await withdrawTestimony(database, { kind: 'contributor', testimonyId: told.testimonyId }, { destroyRecordings: true });
    await killedAt('forget-testimony', afterMs);
    startWorker();
    await expect
      .poll(async () => (await custodyOf(sql, { id: told.testimonyId })).slice(-4), { timeout: 60_000 })
      .toEqual([...['withdrawn', 'forgotten_by_search', 'renditions_destroyed', 'recordings_destroyed']]);
    expect(await stored()).toEqual([]);
    expect(await sql(`select name from pgboss.job where state = 'failed'`)).toEqual([]);
    // The worker that runs now cleared away what the killed ones had begun.
    expect((await readdir(path.join(place.folder, 'work'))).filter((name) => !name.endsWith(`_${String(worker!.pid)}`))).toEqual([]);
    await kill();
  }
);

it('stops cleanly at SIGTERM, and what it broke off is neither lost nor counted as a failed try', { timeout: 120_000 }, async () => {
  const told = await handedOver(database, place, await video(), { kind: 'video' });
  startWorker();
  await expect.poll(() => isActive('make-renditions'), { timeout: 60_000, interval: 5 }).toBe(true);
  const ended = once(worker!, 'exit');
  worker!.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  expect(
    await sql(`select name, retry_count from pgboss.job where state in ('active', 'retry') and data ->> 'recordingId' = $1`, [
      told.recordingId
    ])
  ).toEqual([]);
  startWorker();
  await expect.poll(() => stepOf(told, 'translate'), { timeout: 60_000 }).toBe('needs_human');
  await kill();
});

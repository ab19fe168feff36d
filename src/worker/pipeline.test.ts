import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '#tests/database.ts';
import { mediaFiles } from '#tests/support/media-files.ts';
import { assessed, custodyOf, staff } from '#tests/support/testimony-fixtures.ts';
import { handedOver, transcriberHearing, workplace } from '#tests/support/told.ts';
import { closeQueue, openQueue } from '#platform/jobs.server.ts';
import type { RecordingId } from '#platform/ids.ts';
import { startWorker, type Worker } from './worker.server.ts';

const database = await testDatabase();
const { sql } = database;
const files = await mediaFiles();
const word = (text: string, startMs: number) => ({ word: text, startMs, endMs: startMs + 300, probability: 0.9 });
const heard = [
  { startMs: 0, endMs: 1_500, text: 'We were forty', words: [word('We', 0), word('were', 400), word('forty', 1_000)] },
  { startMs: 2_000, endMs: 3_500, text: 'in one room', words: [word('in', 2_000), word('one', 2_500), word('room', 3_000)] }
];
const place = await workplace(database, { transcriber: transcriberHearing(heard) });
let worker: Worker;

beforeAll(async () => {
  await openQueue(database.workerDb);
  worker = await startWorker(place.deps, database.workerUrl);
});
afterAll(async () => {
  await worker.stop();
  await closeQueue();
  await database.close();
  await place.remove();
  await files.remove();
});

const stepsOf = async (recordingId: RecordingId) => {
  const rows = await sql<{ step: string; state: string; reason: string | null }>(
    'select step, state, reason from processing_step where recording_id = $1 order by step',
    [recordingId]
  );
  return Object.fromEntries(rows.map(({ step, state, reason }) => [step, reason ? `${state}: ${reason}` : state]));
};

const eventually = <T>(read: () => Promise<T>, expected: unknown) =>
  expect.poll(read, { timeout: 60_000, interval: 200 }).toEqual(expected);

const tagged = () =>
  files.made(
    'tagged.mp4',
    ...['-f', 'lavfi', '-i', 'testsrc2=s=640x360:r=25:d=4', '-f', 'lavfi', '-i', 'sine=f=300:d=4'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'aac', '-metadata', 'title=Secret', '-metadata', 'location=+33.5+36.3/']
  );

it('R35 takes a recording from its last byte to a transcript in two languages, with every step told', async () => {
  const { testimonyId, recordingId } = await handedOver(database, place, await tagged(), { kind: 'audio' });
  await eventually(() => stepsOf(recordingId), {
    verify: 'done',
    inspect: 'done',
    renditions: 'done',
    find_speech: 'done',
    transcribe: 'done',
    // No engine translates English into Arabic here.
    translate: 'needs_human: no_engine'
  });
  expect(await sql('select state, kind, media_type, duration_ms from recording where id = $1', [recordingId])).toMatchObject([
    { state: 'verified', kind: 'video', media_type: 'video/mp4' }
  ]);
  const segments = await sql<{ text: string; provenance: string }>(
    'select text, provenance from segment where testimony_id = $1 order by position',
    [testimonyId]
  );
  expect(segments).toEqual(heard.map(({ text }) => ({ text, provenance: 'machine' })));
  expect(await custodyOf(sql, { id: testimonyId })).toEqual([
    'recording_verified',
    'rendition_made',
    'rendition_made',
    'rendition_made',
    'transcript_made'
  ]);
});

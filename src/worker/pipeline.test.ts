import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { testDatabase } from '#tests/database.ts';
import { mediaFiles } from '#tests/support/media-files.ts';
import { answer, custodyOf } from '#tests/support/testimony-fixtures.ts';
import { approvedByBoth, handedOver, keysUnder, sealed, transcriberHearing, workplace, type Told } from '#tests/support/told.ts';
import { serveMedia } from '#modules/media/serve-media.server.ts';
import { withdrawTestimony } from '#modules/testimony/withdraw-testimony.server.ts';
import { closeQueue, openQueue } from '#platform/jobs.server.ts';
import type { RecordingId } from '#platform/ids.ts';
import { startWorker, type Worker } from './worker.server.ts';

vi.setConfig({ testTimeout: 120_000 });
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

const anyone = { account: null, contributor: null };
const publicMedium = (id: string) =>
  serveMedia(
    { db: database.db, store: place.deps.store },
    anyone,
    { kind: 'publications', id },
    new Request('http://archive', { headers: { range: 'bytes=0-99' } })
  );

it('R10 R31 publishes what two people approved, redacted in sound and text, and forgets it when it is withdrawn', async () => {
  const { testimonyId, recordingId } = await handedOver(database, place, await tagged());
  await eventually(async () => (await stepsOf(recordingId)).translate, 'needs_human: no_engine');
  await sql(`update archive set cooling_off = '0'`);
  const review = await sealed(database, { testimonyId, recordingId }, [{ startMs: 2_400, endMs: 2_900, treatment: 'cut' }]);
  const listOf = () => sql('select rendered_at is not null as rendered from edit_list where id = $1', [review.editListId]);
  await eventually(listOf, [{ rendered: true }]);

  await approvedByBoth(database, testimonyId, review);
  const stateOf = async () => (await sql<{ state: string }>('select state from testimony where id = $1', [testimonyId]))[0]!.state;
  await eventually(stateOf, 'published');

  const passages = await sql<{ text: string; start_ms: number }>(
    'select text, start_ms, end_ms, words from publication_passage where testimony_id = $1 order by position',
    [testimonyId]
  );
  expect(passages).toMatchObject([
    { text: 'We were forty', start_ms: 0, end_ms: 1_500 },
    {
      text: 'in […] room',
      start_ms: 2_000,
      end_ms: 3_000,
      words: [
        { w: 'in', s: 2_000 },
        { w: 'room', s: 2_500 }
      ]
    }
  ]);
  const [medium] = await sql<{ id: string; duration_ms: number; peaks: number[] }>(
    'select id, duration_ms, peaks from publication_medium where testimony_id = $1',
    [testimonyId]
  );
  expect(medium!.duration_ms).toBeGreaterThan(3_300);
  expect(medium!.duration_ms).toBeLessThan(3_600);
  expect(medium!.peaks.length).toBeGreaterThan(30);
  const heardByAll = await publicMedium(medium!.id);
  expect(heardByAll.status).toBe(206);
  expect((await heardByAll.arrayBuffer()).byteLength).toBe(100);
  await eventually(() => sql('select count(*)::int as n from search_passage where testimony_id = $1', [testimonyId]), [{ n: 2 }]);

  await withdrawTestimony(database, { kind: 'contributor', testimonyId }, { destroyRecordings: true });
  expect((await publicMedium(medium!.id)).status).toBe(410);
  await eventually(async () => (await custodyOf(sql, { id: testimonyId })).at(-1), 'recordings_destroyed');
  await eventually(() => sql('select 1 from search_passage where testimony_id = $1', [testimonyId]), []);
  expect(await sql('select text from segment where testimony_id = $1', [testimonyId])).toEqual([]);
  expect(await sql('select descriptions from publication where testimony_id = $1', [testimonyId])).toEqual([{ descriptions: {} }]);
  for (const folder of ['recordings', 'renditions', 'publications'])
    expect((await keysUnder(place.deps.store, folder)).filter((key) => key.includes(recordingId) || key.includes(medium!.id))).toEqual([]);
  expect((await publicMedium(medium!.id)).status).toBe(410);
});

it('R34 stops at a file that was changed on the way, and at one that is no media, and says why', async () => {
  const changed = await handedOver(database, place, await tagged());
  await sql(`update recording set sha256 = repeat('0', 64) where id = $1`, [changed.recordingId]);
  const archive = files.folder + '/archive.mp4';
  await writeFile(archive, Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(50_000, 7)]));
  const noMedia = await handedOver(database, place, archive);
  const refusedFor = async ({ recordingId }: Told) =>
    (await sql<{ refused_for: string | null }>('select refused_for from recording where id = $1', [recordingId]))[0]!.refused_for;
  await eventually(() => refusedFor(changed), 'file_changed_on_the_way');
  await eventually(() => refusedFor(noMedia), 'not_media');
  expect(await stepsOf(changed.recordingId)).toEqual({ verify: 'failed: file_changed_on_the_way' });
  expect(await stepsOf(noMedia.recordingId)).toEqual({ verify: 'done', inspect: 'failed: not_media' });
  expect(await custodyOf(sql, { id: noMedia.testimonyId })).toEqual(['recording_verified', 'recording_refused']);
});

it('R4 renders anew, with the face blurred, what the person no longer wants to be seen by when it is due', async () => {
  const { testimonyId, recordingId } = await handedOver(database, place, await tagged(), { kind: 'video' });
  await eventually(async () => (await stepsOf(recordingId)).translate, 'needs_human: no_engine');
  await sql(`update archive set cooling_off = '1 hour'`);
  const review = await sealed(database, { testimonyId, recordingId }, []);
  const listOf = async () =>
    (await sql<{ rendered: boolean }>('select rendered_at is not null as rendered from edit_list where id = $1', [review.editListId]))[0]!
      .rendered;
  await eventually(listOf, true);
  const shown = await sql<{ sha256: string }>(`select sha256 from rendition where testimony_id = $1 and kind = 'public_video'`, [
    testimonyId
  ]);
  await approvedByBoth(database, testimonyId, review);
  const stateOf = async () => (await sql<{ state: string }>('select state from testimony where id = $1', [testimonyId]))[0]!.state;
  await eventually(stateOf, 'scheduled');

  await answer(sql, testimonyId, { face: 'no' });
  await sql(`update testimony set publish_after = now() - interval '1 second' where id = $1`, [testimonyId]);
  await sql(`update pgboss.job set start_after = now() where name = 'publish-testimony' and state = 'created'`);
  const blurredNow = async () =>
    (
      await sql('select 1 from rendition where testimony_id = $1 and kind = $2 and sha256 <> $3', [
        testimonyId,
        'public_video',
        shown[0]!.sha256
      ])
    ).length;
  await eventually(blurredNow, 1);
  await eventually(listOf, true);
  await sql(`update pgboss.job set start_after = now() where name = 'publish-testimony' and state = 'created'`);
  await eventually(stateOf, 'published');
  const [medium] = await sql<{ sha256: string }>('select sha256 from publication_medium where testimony_id = $1', [testimonyId]);
  expect(medium!.sha256).not.toBe(shown[0]!.sha256);
});

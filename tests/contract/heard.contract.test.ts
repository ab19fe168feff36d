import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '#tests/database.ts';
import { startTranscriber, startTranslator } from '#tests/support/engine-processes.ts';
import { voices } from '#tests/support/speech.ts';
import { handedOver, workplace } from '#tests/support/told.ts';
import { wordErrorRate } from '#tests/support/word-error.ts';
import { openAiTranscriber } from '#engines/transcriber/openai-http.server.ts';
import { libreTranslator } from '#engines/translator/libretranslate-http.server.ts';
import type { RecordingId, TestimonyId } from '#platform/ids.ts';
import { closeQueue, openQueue } from '#platform/jobs.server.ts';
import { startWorker, type Worker } from '#worker/worker.server.ts';

/** The worker with the real starter engines: from a file with a voice in it to its text in two languages. */
const database = await testDatabase();
const { sql } = database;
const speech = await voices();
const transcriber = await startTranscriber();
const translator = await startTranslator();
const place = await workplace(database, {
  transcriber: openAiTranscriber({ url: transcriber.url }),
  translator: libreTranslator({ url: translator.url })
});
let worker: Worker;

beforeAll(async () => {
  await openQueue(database.workerDb);
  worker = await startWorker(place.deps, database.workerUrl);
});
afterAll(async () => {
  await worker.stop();
  await closeQueue();
  await Promise.all([transcriber.stop(), translator.stop()]);
  await database.close();
  await speech.remove();
  await place.remove();
});

const SAID = 'They took us to the town in the winter. There were forty of us in one room. We divided the bread into four parts.';

async function translatedTo(recordingId: RecordingId): Promise<string> {
  const read = async () =>
    (await sql<{ state: string }>(`select state from processing_step where recording_id = $1 and step = 'translate'`, [recordingId]))[0]
      ?.state;
  await expect.poll(read, { timeout: 110_000, interval: 250 }).toMatch(/done|needs_human/);
  return (await read())!;
}
const segmentsOf = (id: TestimonyId) =>
  sql<{ text: string; start_ms: number; end_ms: number; words: { w: string; s: number; e: number }[]; english: string | null }>(
    `select s.text, s.start_ms, s.end_ms, s.words, n.text as english from segment s
     left join translation n on n.segment_id = s.id and n.language = 'en' where s.testimony_id = $1 order by s.position`,
    [id]
  );

it('R37 hears English word for word, each with its time', async () => {
  const file = await speech.english(SAID);
  const lengthMs = await speech.lengthOf(file);
  const { testimonyId, recordingId } = await handedOver(database, place, file, { language: 'en' });
  // The starter translator has no Arabic.
  expect(await translatedTo(recordingId)).toBe('needs_human');
  const segments = await segmentsOf(testimonyId);
  expect(wordErrorRate(SAID, segments.map(({ text }) => text).join(' '))).toBeLessThanOrEqual(0.1);
  const words = segments.flatMap((segment) => segment.words);
  expect(words.length).toBeGreaterThan(20);
  for (const { s, e } of words) expect(s >= 0 && e >= s && e <= lengthMs + 200).toBe(true);
  expect(words.map(({ s }) => s)).toEqual(words.map(({ s }) => s).toSorted((a, b) => a - b));
});

it('R37 gives Arabic an English text by ear, since no translator reads it here, segment by segment', async () => {
  const file = await speech.arabic('كُنَّا أَرْبَعِينَ شَخْصًا فِي غُرْفَةٍ وَاحِدَةٍ. وَكُنَّا نَقْسِمُ الرَّغِيفَ.');
  const { testimonyId, recordingId } = await handedOver(database, place, file, { language: 'ar' });
  expect(await translatedTo(recordingId)).toMatch(/done|needs_human/);
  const segments = await segmentsOf(testimonyId);
  expect(segments.map(({ text }) => text).join(' ')).toMatch(/[\u0600-\u06ff]{3}/);
  expect(segments.some(({ english }) => /[a-z]{3}/i.test(english ?? ''))).toBe(true);
  expect(await sql('select 1 from speech_piece where recording_id = $1', [recordingId])).toEqual([]);
});

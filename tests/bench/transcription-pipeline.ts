import { openAiTranscriber } from '#engines/transcriber/openai-http.server.ts';
import { closeQueue, openQueue } from '#platform/jobs.server.ts';
import { startWorker } from '#worker/worker.server.ts';
import { startTestCluster, testDatabase } from '../database.ts';
import { startTranscriber } from '../support/engine-processes.ts';
import { voices } from '../support/speech.ts';
import { handedOver, workplace } from '../support/told.ts';
import type { Row } from './bench.ts';
import { bareSeconds, SAID } from './speech.ts';

/** Rounds of the sixteen sentences, each begun at another: nothing is said twice within what the model hears at once. */
const ROUNDS = 6;
const THREADS = '2';

/**
 * A recording from the job that looks for speech to its transcript in the database, over queue, pieces, HTTP and our guards, against the
 * bare library over the same file, in turn; the better of two of each.
 */
export async function run(): Promise<Row[]> {
  const cluster = await startTestCluster();
  const database = await testDatabase();
  const voice = await voices();
  const engine = await startTranscriber({ TRANSCRIBER_THREADS: THREADS });
  const place = await workplace(database, { transcriber: openAiTranscriber({ url: engine.url }) });
  await openQueue(database.workerDb);
  const worker = await startWorker(place.deps, database.workerUrl);
  try {
    const files = await Promise.all(SAID.map((text) => voice.english(text)));
    const order = Array.from({ length: ROUNDS }, (_, round) =>
      files.map((_, at) => files[(at * (2 * round + 1) + 5 * round) % files.length]!)
    );
    const recording = await voice.joined(order.flat(), 0.5);
    const seconds = Math.round((await voice.lengthOf(recording)) / 1_000);

    let ours = Infinity;
    let bare = Infinity;
    for (let round = 0; round < 2; round++) {
      bare = Math.min(bare, await bareSeconds(recording, THREADS));
      const { recordingId } = await handedOver(database, place, recording, { language: 'en' });
      ours = Math.min(ours, await transcribedIn(database.sql, recordingId));
    }
    const target = '<= 1.05×';
    return [{ name: `transcript of ${seconds} s of speech`, figure: ours, unit: 's', baseline: bare, ratio: ours / bare, target }];
  } finally {
    await worker.stop();
    await closeQueue();
    await engine.stop();
    await voice.remove();
    await place.remove();
    await database.close();
    await cluster.stop();
  }
}

const POLL_MS = 250;

/** Seconds from the first moment that `find-speech` could be done to the end of `assemble-transcript`, by the queue's own clock. */
function transcribedIn(sql: Awaited<ReturnType<typeof testDatabase>>['sql'], recordingId: string): Promise<number> {
  return new Promise((done, failed) => {
    const look = async () => {
      const [row] = await sql<{ seconds: number | null; stopped: boolean }>(
        `select extract(epoch from max(completed_on) filter (where name = 'assemble-transcript' and state = 'completed')
             - min(created_on) filter (where name = 'find-speech'))::float8 as seconds,
           exists (select from processing_step where recording_id::text = $1 and state = 'failed') as stopped
         from pgboss.job where data ->> 'recordingId' = $1`,
        [recordingId]
      );
      if (row!.stopped) failed(new Error('The recording was not transcribed.'));
      else if (row!.seconds !== null) done(row!.seconds);
      else setTimeout(() => void look().catch(failed), POLL_MS);
    };
    void look().catch(failed);
  });
}

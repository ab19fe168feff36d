import { createHash, randomUUID } from 'node:crypto';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openEngines } from '#engines/engines.server.ts';
import type { SpokenSegment, Transcriber } from '#engines/transcriber/port.ts';
import { enqueue } from '#platform/jobs.server.ts';
import { asSystem } from '#platform/db.server.ts';
import type { RecordingId, TestimonyId } from '#platform/ids.ts';
import type { WorkerDeps } from '#worker/handler.ts';
import type { TestDatabase } from '../database.ts';
import { testEnv } from './telling.ts';
import { answer, type Answers } from './testimony-fixtures.ts';

export type TestWorkplace = { deps: WorkerDeps; folder: string; remove: () => Promise<void> };

/** A worker's parts over a database and a media folder of one's own; without speech engines unless given. */
export async function workplace(
  { webUrl, workerUrl, workerDb }: TestDatabase,
  engines: Partial<Pick<WorkerDeps, 'transcriber' | 'translator'>> = {}
): Promise<TestWorkplace> {
  const folder = await mkdtemp(path.join(tmpdir(), 'sawt-worker-'));
  const env = testEnv({ webUrl, workerUrl, dataDir: folder });
  return {
    deps: { env, db: workerDb, ...openEngines(env, workerDb), ...engines },
    folder,
    remove: () => rm(folder, { recursive: true, force: true })
  };
}

/** A file somebody handed over, as the uploads handler leaves it: in the store, announced, with the job that begins the rest. */
export async function handedOver(
  { sql, workerDb }: TestDatabase,
  { deps, folder }: TestWorkplace,
  file: string,
  { language = 'en', answers = {}, kind = 'audio' }: { language?: string; answers?: Answers; kind?: 'audio' | 'video' } = {}
): Promise<{ testimonyId: TestimonyId; recordingId: RecordingId }> {
  const recordingId = randomUUID() as RecordingId;
  const testimonyId = randomUUID() as TestimonyId;
  const content = await readFile(file);
  const copy = path.join(folder, recordingId);
  await copyFile(file, copy);
  await deps.store.adoptFile(`recordings/${recordingId}`, copy);
  await sql(`insert into testimony (id, language, medium, state) values ($1, $2, $3, 'submitted')`, [testimonyId, language, kind]);
  await answer(sql, testimonyId, answers);
  await sql(
    `insert into recording (id, testimony_id, position, state, kind, media_type, bytes, sha256, store_key, received_at)
     values ($1, $2, 1, 'received', $3, $4, $5, $6, $7, now())`,
    [
      recordingId,
      testimonyId,
      kind,
      `${kind}/mp4`,
      Math.max(1, content.length),
      createHash('sha256').update(content).digest('hex'),
      `recordings/${recordingId}`
    ]
  );
  await asSystem(workerDb, (tx) => enqueue(tx, 'verify-recording', { recordingId }));
  return { testimonyId, recordingId };
}

/** A transcriber that hears the same words in every recording, whatever is said: for tests of what is done with them. */
export function transcriberHearing(segments: SpokenSegment[], english: SpokenSegment[] = segments): Transcriber {
  return {
    transcribe: async () => ({ language: 'en', segments }),
    translateToEnglish: async () => ({ language: 'en', segments: english }),
    languages: () => ['ar', 'en'],
    health: async () => ({ ready: true, model: 'always-the-same', translates: true })
  };
}

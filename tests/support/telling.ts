import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { announceRecording } from '#modules/testimony/announce-recording.server.ts';
import { beginTestimony } from '#modules/testimony/begin-testimony.server.ts';
import type { Contributor } from '#platform/actor.ts';
import type { Db } from '#platform/db.server.ts';
import type { Env } from '#platform/env.ts';
import type { RecordingId } from '#platform/ids.ts';

/** The settings of a test's archive: nothing in them is real but the database. */
export function testEnv(given: { webUrl: string; workerUrl?: string; dataDir: string; origin?: string }): Env {
  return {
    DATABASE_URL: given.webUrl,
    DATABASE_WORKER_URL: given.workerUrl ?? given.webUrl,
    SUPABASE_URL: 'http://127.0.0.1:9',
    SUPABASE_PUBLISHABLE_KEY: 'no-auth-server-in-this-test',
    ORIGIN: given.origin ?? 'http://127.0.0.1',
    HOST: '127.0.0.1',
    PORT: 0,
    SAWT_DATA: given.dataDir,
    SAWT_SECRET: randomBytes(32).toString('hex'),
    SAWT_LOG_LEVEL: 'error'
  };
}

/** Someone who began to tell, with their session's cookie as a header. */
export async function someoneTelling(db: Db): Promise<{ contributor: Contributor; headers: { cookie: string } }> {
  const { testimonyId, cookie } = await beginTestimony({ db }, { language: 'en' });
  return { contributor: { kind: 'contributor', testimonyId }, headers: { cookie: `sawt_telling=${cookie}` } };
}

/** Random bytes, announced as a recording of theirs. */
export async function announced(
  db: Db,
  contributor: Contributor,
  size: number
): Promise<{ id: RecordingId; bytes: Buffer; sha256: string }> {
  const bytes = randomBytes(size);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const id = randomUUID() as RecordingId;
  await announceRecording({ db }, contributor, { id, kind: 'audio', mediaType: 'audio/webm', bytes: size, sha256 });
  return { id, bytes, sha256 };
}

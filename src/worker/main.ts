import { openEngines } from '#engines/engines.server.ts';
import { openDatabase } from '#platform/db.server.ts';
import { readEnv } from '#platform/env.ts';
import { closeQueue, openQueue } from '#platform/jobs.server.ts';
import { mailerOf } from '#platform/mail.server.ts';
import { startWorker } from './worker.server.ts';

const env = readEnv();
const url = env.DATABASE_WORKER_URL ?? env.DATABASE_URL;
const db = openDatabase(url);
await openQueue(db);
const worker = await startWorker({ env, db, ...openEngines(env, db), mailer: mailerOf(env) }, url);

let stopping = false;
async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  await worker.stop();
  await closeQueue();
  await db.destroy();
  process.exit(0);
}
process.on('SIGTERM', () => void stop());
process.on('SIGINT', () => void stop());

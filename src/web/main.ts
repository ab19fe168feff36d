import { sql } from 'kysely';
import { openDeps } from '#engines/engines.server.ts';
import { plainUploadsHandler } from '#modules/upload/plain-uploads-handler.server.ts';
import { uploadsHandler } from '#modules/upload/uploads-handler.server.ts';
import { openDatabase } from '#platform/db.server.ts';
import { readEnv } from '#platform/env.ts';
import { closeQueue, openQueue } from '#platform/jobs.server.ts';
import { log } from '#platform/log.ts';
import { MOST_BYTES, webServer } from './server.ts';

/** How long answers under way may take after SIGTERM; an upload that is cut goes on by itself later. */
const GRACE_MS = 8_000;

const env = readEnv();
// webServer keeps each path to its own limit; Kit only has to let the largest through.
process.env.BODY_SIZE_LIMIT = String(Math.max(...Object.values(MOST_BYTES)));
const db = openDatabase(env.DATABASE_URL);
await openQueue(db);
const deps = openDeps(env, db);

const built = new URL('../../build/handler.js', import.meta.url).href;
const { handler: pages } = (await import(built)) as { handler: Parameters<typeof webServer>[0]['pages'] };

const server = webServer({
  origin: env.ORIGIN,
  uploads: uploadsHandler(deps),
  plainUploads: plainUploadsHandler(deps),
  pages,
  isHealthy: async () => {
    try {
      await sql`select 1`.execute(db);
      return true;
    } catch {
      return false;
    }
  }
});
server.listen(env.PORT, env.HOST, () => log('info', 'web_listening', { port: env.PORT }));

let stopping = false;
async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  const closed = new Promise((done) => server.close(done));
  server.closeIdleConnections();
  const hurry = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await closed;
  clearTimeout(hurry);
  await closeQueue();
  await db.destroy();
  log('info', 'web_stopped');
  process.exit(0);
}
process.on('SIGTERM', () => void stop());
process.on('SIGINT', () => void stop());

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openDeps } from '#engines/engines.server.ts';
import { plainUploadsHandler } from '#modules/upload/plain-uploads-handler.server.ts';
import { uploadsHandler } from '#modules/upload/uploads-handler.server.ts';
import { readEnv } from '#platform/env.ts';
import { openQueue } from '#platform/jobs.server.ts';
import { startTestCluster, testDatabase, type TestDatabase } from '#tests/database.ts';
import { webServer } from '#web/server.ts';

const BUILT = path.resolve(import.meta.dirname, '../../build/handler.js');

export type PagesServer = { origin: string; data: string; database: TestDatabase; stop: () => Promise<void> };

/** The built pages with a database and a data folder of their own, in this process: for benches that need nothing else of an archive. */
export async function servePages(): Promise<PagesServer> {
  if (!existsSync(BUILT)) throw new Error('The pages are not built: npm run build.');
  const cluster = await startTestCluster();
  const database = await testDatabase();
  const data = await mkdtemp(path.join(tmpdir(), 'sawt-pages-'));
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  Object.assign(process.env, {
    DATABASE_URL: database.webUrl,
    // Nobody signs in here.
    SUPABASE_URL: origin,
    SUPABASE_PUBLISHABLE_KEY: randomBytes(20).toString('hex'),
    ORIGIN: origin,
    SAWT_DATA: data,
    SAWT_SECRET: randomBytes(32).toString('hex')
  });
  const env = readEnv();
  await openQueue(database.db);
  const { handler } = (await import(BUILT)) as { handler: Parameters<typeof webServer>[0]['pages'] };
  const deps = openDeps(env, database.db);
  const server = webServer({
    origin,
    uploads: uploadsHandler(deps),
    plainUploads: plainUploadsHandler(deps),
    pages: handler,
    isHealthy: async () => true
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const stop = async () => {
    server.closeAllConnections();
    server.close();
    await database.close();
    await cluster.stop();
    await rm(data, { recursive: true, force: true });
  };
  return { origin, data, database, stop };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  return port;
}

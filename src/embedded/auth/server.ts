import { createServer, type IncomingMessage, type Server } from 'node:http';
import pg from 'pg';
import { openDatabase } from '#platform/db.server.ts';
import { closeQueue, openQueue } from '#platform/jobs.server.ts';
import { postMail } from '#platform/mail-queue.server.ts';
import { openMailer } from '#platform/mail.server.ts';
import { describeError, log } from '#platform/log.ts';
import type { AuthDeps } from './deps.ts';
import { aboutRoutes } from './endpoints/about.ts';
import { adminLinkRoutes } from './endpoints/admin-links.ts';
import { adminUserRoutes } from './endpoints/admin-users.ts';
import { factorRoutes } from './endpoints/factors.ts';
import { logoutRoutes } from './endpoints/logout.ts';
import { recoverRoutes } from './endpoints/recover.ts';
import { tokenRoutes } from './endpoints/token.ts';
import { userRoutes } from './endpoints/user.ts';
import { verifyRoutes } from './endpoints/verify.ts';
import { answer } from './http.ts';
import { loadKeys } from './keys.ts';
import { rateLimits, REQUESTS } from './rate-limits.ts';
import type { Settings } from './settings.ts';

const ROUTES = [
  ...tokenRoutes,
  ...logoutRoutes,
  ...userRoutes,
  ...factorRoutes,
  ...recoverRoutes,
  ...verifyRoutes,
  ...adminUserRoutes,
  ...adminLinkRoutes,
  ...aboutRoutes
];

export type AuthServer = {
  /** http://127.0.0.1:port, what SUPABASE_URL is set to. */
  url: string;
  /** Resolves when what no answer waited for is done: mails on their way. */
  settled: () => Promise<void>;
  close: () => Promise<void>;
};

/** Starts the local auth server on 127.0.0.1; the schema `auth` must be there (migrateAuth). */
export async function startAuthServer(settings: Settings): Promise<AuthServer> {
  const db = new pg.Pool({ connectionString: settings.databaseUrl, max: 8, connectionTimeoutMillis: 5_000 });
  // A connection that the database closes while idle (a restart) is replaced by the next query.
  db.on('error', () => undefined);
  const failed = (error: unknown) => log('error', 'auth_failed', describeError(error));
  const underWay = new Set<Promise<unknown>>();
  const office = await openPostOffice(settings);
  const deps: AuthDeps = {
    db,
    settings,
    keys: await loadKeys(settings.dataDir, settings.jwtSecret),
    limits: rateLimits(),
    post: office.post,
    later(work) {
      const done = work.catch(failed).finally(() => underWay.delete(done));
      underWay.add(done);
    }
  };
  const service = {
    routes: ROUTES,
    deps,
    limit(incoming: IncomingMessage) {
      const caller = settings.callerHeader && incoming.headers[settings.callerHeader];
      if (caller) deps.limits.spend('caller', String(caller), REQUESTS);
    },
    failed
  };
  const server = createServer((incoming, outgoing) => void answer(service, incoming, outgoing));
  await listen(server, settings.port);
  const address = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${address.port}`,
    settled: async () => void (await Promise.all(underWay)),
    async close() {
      await new Promise((done) => {
        server.close(done);
        server.closeIdleConnections();
      });
      await office.close();
      await db.end();
    }
  };
}

/** Mails go to the queue where a server is named, to be sent by a worker; else into the folder. */
async function openPostOffice({
  mailSecret,
  databaseUrl,
  outbox
}: Settings): Promise<{ post: AuthDeps['post']; close: () => Promise<void> }> {
  if (mailSecret === null) {
    const folder = openMailer({ outbox });
    return { post: ({ to, subject, text }) => folder.send({ to, subject, text }), close: async () => undefined };
  }
  const db = openDatabase(databaseUrl, 2);
  await openQueue(db);
  return {
    post: (mail) => postMail(db, mailSecret, mail),
    async close() {
      await closeQueue();
      await db.destroy();
    }
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

import { log } from '#platform/log.ts';
import { startAuthServer } from './server.ts';
import { readSettings } from './settings.ts';

/** The local auth server as a process; see settings.ts for its environment. Stops on SIGTERM or SIGINT. */
try {
  const server = await startAuthServer(readSettings(process.env));
  log('info', 'auth_ready', { port: Number(new URL(server.url).port) });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void server.close());
} catch (error) {
  // Written by our own checks (settings) or the database driver; neither quotes a value.
  log('error', 'auth_not_started', { why: (error as Error).message });
  process.exitCode = 1;
}

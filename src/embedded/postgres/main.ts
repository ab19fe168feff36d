import { startPostgres } from './start-postgres.ts';

/**
 * The embedded Postgres as a process: `SAWT_DATA` names the data folder, `POSTGRES_PORT` a port (a free one by default).
 * Prints one JSON line per event; stops on SIGTERM or SIGINT.
 */
const print = (event: object) => process.stdout.write(`${JSON.stringify({ process: 'postgres', ...event })}\n`);

try {
  const server = await startPostgres({
    dataDir: `${process.env.SAWT_DATA ?? 'data'}/postgres`,
    port: process.env.POSTGRES_PORT ? Number(process.env.POSTGRES_PORT) : undefined,
    onEvent: print
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void server.stop());
} catch (error) {
  print({ event: 'postgres_failed', message: (error as Error).message });
  process.exitCode = 1;
}

import { NO_CLUSTER, startTestCluster } from './database.ts';

/** vitest's globalSetup: one Postgres for the whole run, stopped at its end. */
export default async function (): Promise<() => Promise<void>> {
  try {
    const cluster = await startTestCluster();
    return cluster.stop;
  } catch (error) {
    // A migration that fails fails the tests that need a database, each with this reason, and no others.
    process.env[NO_CLUSTER] = (error as Error).message;
    return async () => undefined;
  }
}

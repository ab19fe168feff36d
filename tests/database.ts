import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { migrateAuth } from '#embedded/auth/migrate-auth.ts';
import { prepareDatabase } from '#embedded/postgres/prepare-database.ts';
import { startPostgres } from '#embedded/postgres/start-postgres.ts';
import { storeConsentTexts } from '#modules/consent/store-consent-texts.server.ts';
import { openDatabase, type Db } from '#platform/db.server.ts';
import { migrate } from '#platform/migrate.server.ts';

const TEMPLATE = 'sawt_template';
const PASSWORDS = { web: 'web', worker: 'worker', auth: 'auth' };

/** Where the cluster of this run listens; forks inherit it. */
const CLUSTER = 'SAWT_TEST_CLUSTER';
/** Why there is none. */
export const NO_CLUSTER = 'SAWT_TEST_CLUSTER_ERROR';

/** Nothing here outlives the run, so nothing has to reach the disk. */
const THROW_AWAY = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200', shared_buffers: '64MB' };

/**
 * Starts one embedded Postgres with a migrated template database that `testDatabase` copies. vitest does it once a run
 * (tests/cluster.ts); benches and scripts call it themselves.
 */
export async function startTestCluster(): Promise<{ ownerUrl: string; stop: () => Promise<void> }> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'sawt-test-postgres-'));
  // The user postgres has to come in.
  await chmod(dataDir, 0o755);
  const server = await startPostgres({ dataDir, settings: THROW_AWAY });
  const stop = async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    await asOwner(server.ownerUrl, (client) => client.query(`create database ${TEMPLATE}`));
    await migrateTemplate(inDatabase(server.ownerUrl, TEMPLATE));
  } catch (error) {
    await stop();
    throw error;
  }
  process.env[CLUSTER] = server.ownerUrl;
  return { ownerUrl: server.ownerUrl, stop };
}

async function migrateTemplate(url: string): Promise<void> {
  await prepareDatabase(url, { passwords: PASSWORDS });
  await migrateAuth(url);
  await migrate(url);
  await storeConsentTexts(url);
}

export type TestDatabase = {
  /** The superuser: to lay out what a test starts from, and to look behind the policies. */
  ownerUrl: string;
  /** As the web connects: `sawt_web`. */
  webUrl: string;
  /** As a worker connects: `sawt_worker`. */
  workerUrl: string;
  /** As the auth server connects: `supabase_auth_admin`. */
  authUrl: string;
  /** The web's pool. */
  db: Db;
  /** A worker's pool. */
  workerDb: Db;
  /** One statement as the superuser. */
  sql: <Row extends pg.QueryResultRow = pg.QueryResultRow>(text: string, values?: unknown[]) => Promise<Row[]>;
  /** Ends every connection to it and drops it. */
  close: () => Promise<void>;
};

/** A database of one's own, migrated and empty; call it once in a test file and `close` it in afterAll. */
export async function testDatabase(): Promise<TestDatabase> {
  const cluster = process.env[CLUSTER];
  if (!cluster) throw new Error(process.env[NO_CLUSTER] ?? 'No test cluster: run under vitest, or call startTestCluster first.');
  const name = `test_${randomBytes(6).toString('hex')}`;
  // Two copies of one template at once wait for each other only as long as a copy takes.
  await asOwner(cluster, (client) => client.query(`create database ${name} template ${TEMPLATE} strategy file_copy`));

  const ownerUrl = inDatabase(cluster, name);
  const pool = new pg.Pool({ connectionString: ownerUrl, max: 2 });
  // Dropping the database ends idle connections from the other side; that is no failure of a test.
  pool.on('error', () => undefined);
  const webUrl = asLogin(ownerUrl, 'sawt_web', PASSWORDS.web);
  const workerUrl = asLogin(ownerUrl, 'sawt_worker', PASSWORDS.worker);
  const db = openDatabase(webUrl, 4);
  const workerDb = openDatabase(workerUrl, 4);
  return {
    ownerUrl,
    webUrl,
    workerUrl,
    db,
    workerDb,
    authUrl: asLogin(ownerUrl, 'supabase_auth_admin', PASSWORDS.auth),
    sql: async (text, values) => (await pool.query(text, values)).rows,
    close: async () => {
      await Promise.all([pool.end(), db.destroy(), workerDb.destroy()]);
      await asOwner(cluster, (client) => client.query(`drop database if exists ${name} with (force)`));
    }
  };
}

async function asOwner<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function inDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

function asLogin(url: string, user: string, password: string): string {
  const changed = new URL(url);
  changed.username = user;
  changed.password = password;
  return changed.href;
}

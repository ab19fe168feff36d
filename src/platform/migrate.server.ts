import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { createQueues } from './queue-schema.server.ts';
import { sqlStatements } from './sql-statements.ts';

/** One file of a folder of migrations: `20261124000000_roles.sql` has the version 20261124000000 and the name `roles`. */
type Migration = { version: string; name: string; sql: string };

/** Any number, the same for every process: two that start at once migrate one after the other. */
const LOCK = 7_302_511;

const OURS = fileURLToPath(new URL('../../supabase/migrations', import.meta.url));

/**
 * Brings a database up to date: every migration of `dir` that it has not seen, in the order of their versions, each in a
 * transaction of its own, then the job queue's own schema and queues. The history is Supabase's, so that its CLI goes on
 * from here and we from it.
 *
 * @param ownerUrl a login that owns the schemas (`postgres`)
 * @returns the versions applied now
 * @throws Error that names the file: it fails, or its version is older than one applied before, or one applied before is missing
 */
export async function migrate(ownerUrl: string, dir = OURS): Promise<string[]> {
  const applied = await withClient(ownerUrl, (client) => applyMigrations(client, dir, 'supabase_migrations.schema_migrations'));
  await createQueues(ownerUrl);
  return applied;
}

/** Applies one folder's migrations and nothing else; `history` is the table that remembers them. */
export async function applyMigrations(client: pg.Client, dir: string, history: string): Promise<string[]> {
  await client.query('select pg_advisory_lock($1)', [LOCK]);
  try {
    await createHistory(client, history);
    const { rows } = await client.query<{ version: string }>(`select version from ${history} order by version`);
    const files = await readMigrations(dir);
    const due = dueMigrations(
      files,
      rows.map((row) => row.version)
    );
    for (const migration of due) await applyOne(client, migration, history);
    return due.map((migration) => migration.version);
  } finally {
    await client.query('select pg_advisory_unlock($1)', [LOCK]);
  }
}

/** The table as Supabase's CLI makes it. */
async function createHistory(client: pg.Client, history: string): Promise<void> {
  const { rows } = await client.query<{ there: boolean }>('select to_regclass($1) is not null as there', [history]);
  if (rows[0]?.there) return;
  await client.query(`create schema if not exists ${history.split('.')[0]}`);
  await client.query(`create table if not exists ${history} (version text not null primary key, statements text[], name text)`);
}

async function readMigrations(dir: string): Promise<Migration[]> {
  const names = (await readdir(dir)).filter((name) => name.endsWith('.sql')).sort();
  const migrations = await Promise.all(
    names.map(async (file) => {
      const parts = /^(\d{14})_(\w+)\.sql$/.exec(file);
      if (!parts) throw new Error(`${path.join(dir, file)}: a migration is called YYYYMMDDHHMMSS_name.sql`);
      return { version: parts[1]!, name: parts[2]!, sql: await readFile(path.join(dir, file), 'utf8') };
    })
  );
  const twice = migrations.find(({ version }, n) => version === migrations[n - 1]?.version);
  if (twice) throw new Error(`${dir}: two migrations have the version ${twice.version}`);
  return migrations;
}

function dueMigrations(files: Migration[], applied: string[]): Migration[] {
  const known = new Set(files.map((file) => file.version));
  const missing = applied.find((version) => !known.has(version));
  if (missing)
    throw new Error(`The database has the migration ${missing}, which is not among the files: the database is newer than this code.`);
  const done = new Set(applied);
  const due = files.filter((file) => !done.has(file.version));
  const last = applied.at(-1) ?? '';
  const late = due.find((file) => file.version < last);
  if (late)
    throw new Error(`The migration ${late.version}_${late.name} comes before ${last}, which is applied already: give it a later version.`);
  return due;
}

async function applyOne(client: pg.Client, { version, name, sql }: Migration, history: string): Promise<void> {
  await client.query('begin');
  try {
    await client.query(sql);
    await client.query(`insert into ${history} (version, statements, name) values ($1, $2, $3)`, [version, sqlStatements(sql), name]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    const { message, position } = error as pg.DatabaseError;
    const line = position ? ` (line ${sql.slice(0, Number(position)).split('\n').length})` : '';
    throw new Error(`Migration ${version}_${name}${line}: ${message}`, { cause: error });
  }
}

async function withClient<T>(connectionString: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

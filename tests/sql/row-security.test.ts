import { readFile, writeFile } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase, type TestDatabase } from '../database.ts';
import { populate } from './a-populated-archive.ts';
import { rightsOf } from './rights.ts';
import { TRIES } from './row-security-matrix.ts';

/**
 * Every role × table × verb against a populated archive. The outcome is a number of rows, or the SQLSTATE of the refusal.
 * `row-security.expected.txt` holds what was read through by a person; `UPDATE_MATRIX=1` writes it anew, to be read again.
 */
const EXPECTED = new URL('row-security.expected.txt', import.meta.url);

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await testDatabase();
  await populate(database);
  client = new pg.Client({ connectionString: database.ownerUrl });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.close();
});

it('R27 R29 R31 R36 gives every role exactly what it may have of every table', async () => {
  const tables = (await database.sql<{ name: string }>(`select tablename as name from pg_tables where schemaname = 'public' order by 1`))
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('search_'));
  expect(Object.keys(TRIES).sort(), 'each table has its row of tries').toEqual(tables);
  await client.query('begin');
  const actual = await rightsOf(client);
  await client.query('rollback');
  if (process.env.UPDATE_MATRIX) await writeFile(EXPECTED, actual);
  expect(actual).toBe(await readFile(EXPECTED, 'utf8'));
}, 120_000);

it('leaves no table without row level security, and no policy to everyone by omission', async () => {
  const open = await database.sql(
    `select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relrowsecurity`
  );
  expect(open).toEqual([]);
  const undescribed = await database.sql(
    `select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and obj_description(oid, 'pg_class') is null`
  );
  expect(undescribed).toEqual([]);
});

it('pins the search path of every function that runs with its owner’s rights, and lets no one call it by default', async () => {
  const loose = await database.sql(
    `select p.oid::regprocedure::text as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
     where n.nspname in ('public', 'app') and p.prosecdef
       and (not coalesce(p.proconfig::text, '') like '%search_path=%' or has_function_privilege('public', p.oid, 'execute'))`
  );
  expect(loose).toEqual([]);
});

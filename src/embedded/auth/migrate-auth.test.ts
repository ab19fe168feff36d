import pg from 'pg';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { testDatabase } from '#tests/database.ts';
import { migrateAuth } from './migrate-auth.ts';

const database = await testDatabase();
const url = new URL(database.ownerUrl);
url.pathname = `${url.pathname}_other`;
const name = url.pathname.slice(1);
afterAll(async () => {
  await database.sql(`drop database if exists ${name} with (force)`);
  await database.close();
});

/** A database that nobody prepared. */
beforeEach(async () => {
  await database.sql(`drop database if exists ${name} with (force)`);
  await database.sql(`create database ${name} template template0`);
});

async function there(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  await client.query(statement);
  await client.end();
}

it('has nothing to do a second time', async () => {
  expect(await migrateAuth(database.ownerUrl)).toEqual([]);
});

it('leaves the accounts of Supabase Auth alone, and says what to set', async () => {
  await there(
    'create schema auth; create table auth.users (instance_id uuid, id uuid primary key); create table auth.schema_migrations (version text)'
  );
  await expect(migrateAuth(url.href)).rejects.toThrow('Supabase Auth keeps the accounts of this database: set SUPABASE_URL');
});

it('says that a database of one’s own needs a Supabase Auth', async () => {
  await expect(migrateAuth(url.href)).rejects.toThrow('with DATABASE_URL set SUPABASE_URL and its keys too');
});

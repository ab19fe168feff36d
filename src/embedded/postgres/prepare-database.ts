import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

/** May be run again, and are run here too: the groups, and the logins that are their members, before they get passwords. */
const OUR_ROLES = ['20261124000000_roles.sql', '20261124001800_logins.sql'].map((name) =>
  fileURLToPath(new URL(`../../../supabase/migrations/${name}`, import.meta.url))
);

/** What every Supabase database has before the first migration of its own, as far as this application meets it. */
const AS_SUPABASE = `
  create schema if not exists extensions;
  create schema if not exists auth authorization supabase_auth_admin;
  create extension if not exists pgcrypto with schema extensions;
  create extension if not exists "uuid-ossp" with schema extensions;

  grant usage on schema public, extensions to anon, authenticated, service_role, supabase_auth_admin;
  grant usage on schema auth to anon, authenticated, service_role;
  grant anon, authenticated, service_role to authenticator;

  alter default privileges in schema public grant all on tables to anon, authenticated, service_role;
  alter default privileges in schema public grant all on sequences to anon, authenticated, service_role;
  alter default privileges in schema public grant all on functions to anon, authenticated, service_role;

  alter role postgres set search_path = "$user", public, extensions;
  alter role supabase_auth_admin set search_path = auth;
`;

const ROLES = [
  ['anon', 'nologin noinherit'],
  ['authenticated', 'nologin noinherit'],
  ['service_role', 'nologin noinherit bypassrls'],
  ['authenticator', 'noinherit'],
  ['supabase_auth_admin', 'noinherit']
] as const;

export type Passwords = { web: string; worker: string; auth: string };

/**
 * Makes the database at `ownerUrl` look like a fresh one of Supabase (roles, schemas, default privileges) and adds our
 * logins `sawt_web` and `sawt_worker` and the password of `supabase_auth_admin`. Roles belong to the whole server,
 * schemas and default privileges to this database. May be run at every start.
 */
export async function prepareDatabase(ownerUrl: string, { passwords }: { passwords: Passwords }): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query('begin');
    // Roles are shared by all databases of a server: two preparations at once would trip over each other.
    await client.query('lock table pg_catalog.pg_authid in share row exclusive mode');
    for (const [name, attributes] of ROLES) await createRole(client, name, attributes);
    await client.query(AS_SUPABASE);
    for (const file of OUR_ROLES) await client.query(await readFile(file, 'utf8'));
    // The local auth server hands its mails to the queue.
    await client.query('grant enqueuer to supabase_auth_admin');
    for (const [name, password] of logins(passwords)) {
      await client.query(`alter role ${name} login password ${client.escapeLiteral(password)}`);
    }
    await client.query('commit');
  } finally {
    await client.end();
  }
}

async function createRole(client: pg.Client, name: string, attributes: string): Promise<void> {
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [name]);
  if (!rowCount) await client.query(`create role ${name} ${attributes}`);
}

const logins = ({ web, worker, auth }: Passwords) =>
  [
    ['sawt_web', web],
    ['sawt_worker', worker],
    ['supabase_auth_admin', auth]
  ] as const;

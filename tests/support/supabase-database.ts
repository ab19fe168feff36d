import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { migrateAuth } from '#embedded/auth/migrate-auth.ts';
import { startPostgres } from '#embedded/postgres/start-postgres.ts';

/** A database as Supabase hands it over: before our first migration. */
export type SupabaseDatabase = {
  /** `postgres` as the hosted service gives it: no superuser, may make roles and databases, bypasses row level security. */
  ownerUrl: string;
  /** `supabase_admin`, the superuser that a group never gets: to lay out what a test starts from and to look behind everything. */
  adminUrl: string;
  close: () => Promise<void>;
};

/** A fresh database that Supabase's own scripts and its auth server prepared, by both logins. It is used up: migrated and filled. */
export const NAMED_OWNER = 'SUPABASE_TEST_OWNER_URL';
export const NAMED_ADMIN = 'SUPABASE_TEST_ADMIN_URL';

/**
 * The database to test against: the one that the environment names, else a server of its own with what matters here of
 * Supabase's preparation. A server of its own, since on the tests' common one `postgres` is the superuser.
 */
export async function supabaseDatabase(): Promise<SupabaseDatabase> {
  const { [NAMED_OWNER]: ownerUrl, [NAMED_ADMIN]: adminUrl } = process.env;
  if (ownerUrl && adminUrl) return { ownerUrl, adminUrl, close: async () => undefined };
  const server = await supabaseServer();
  await migrateAuth(server.adminUrl);
  return server;
}

/** Supabase's roles, schemas and default privileges on a fresh server; `auth` is there and empty. */
export async function supabaseServer(): Promise<SupabaseDatabase> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'sawt-supabase-'));
  // The user postgres has to come in.
  await chmod(dataDir, 0o755);
  const server = await startPostgres({ dataDir, settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } });
  const close = async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    return { ...(await handOver(server.ownerUrl)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function handOver(bootstrapUrl: string) {
  const password = randomBytes(18).toString('base64url');
  const adminUrl = asLogin(bootstrapUrl, 'supabase_admin', password);
  // The first superuser cannot be demoted, nor can anyone rename themselves: another one makes it supabase_admin.
  await withClient(bootstrapUrl, (client) => client.query(`create role renamer superuser login password '${password}'`));
  await withClient(asLogin(bootstrapUrl, 'renamer', password), (client) =>
    client.query(`alter role postgres rename to supabase_admin; alter role supabase_admin password '${password}'`)
  );
  await withClient(adminUrl, async (client) => {
    await client.query('drop role renamer');
    await client.query(ROLES.replaceAll(':password', client.escapeLiteral(password)));
    await client.query(SCHEMAS);
  });
  return { adminUrl, ownerUrl: asLogin(bootstrapUrl, 'postgres', password) };
}

/** Who there is. service_role and `postgres` bypass row level security: only grants stand between them and a table. */
const ROLES = `
  create role postgres login nosuperuser createdb createrole replication bypassrls password :password;
  create role anon nologin inherit;
  create role authenticated nologin inherit;
  create role service_role nologin inherit bypassrls;
  create role authenticator login noinherit password :password;
  create role supabase_auth_admin login noinherit nocreaterole password :password;
  create role supabase_storage_admin login noinherit createrole password :password;
  create role dashboard_user nosuperuser createdb createrole replication;
  create role supabase_read_only_user login bypassrls password :password;
  create role supabase_replication_admin login replication password :password;
  grant anon, authenticated, service_role to authenticator;
  grant authenticator to supabase_storage_admin;
  grant anon, authenticated, service_role to postgres with admin option;
  grant pg_read_all_data to supabase_read_only_user;
  grant pg_monitor, pg_read_all_data, pg_signal_backend to postgres;
  alter role supabase_admin set search_path = "$user", public, auth, extensions;
  alter role postgres set search_path = "$user", public, extensions;
  alter role supabase_auth_admin set search_path = auth;
  alter role supabase_storage_admin set search_path = storage;
  alter role anon set statement_timeout = '3s';
  alter role authenticated set statement_timeout = '8s';
  alter role authenticator set statement_timeout = '8s';
  alter role authenticator set lock_timeout = '8s';
`;

/** What lies where, whose it is, and what everything made later in it is opened to. */
const SCHEMAS = `
  alter database postgres owner to postgres;
  grant create on database postgres to supabase_auth_admin;

  create schema extensions authorization postgres;
  create schema auth authorization supabase_admin;
  create schema storage authorization supabase_admin;
  create schema realtime authorization supabase_admin;
  create schema graphql_public authorization supabase_admin;
  create extension pgcrypto with schema extensions;
  create extension "uuid-ossp" with schema extensions;
  create publication supabase_realtime;

  grant usage on schema public, extensions, storage to postgres, anon, authenticated, service_role;
  grant usage on schema auth to postgres, anon, authenticated, service_role;
  grant all on schema auth to supabase_auth_admin, dashboard_user;
  grant all on schema storage to supabase_storage_admin, dashboard_user;
  grant usage on schema realtime to postgres;
  grant usage on schema graphql_public to postgres, anon, authenticated, service_role;

  do $$
  declare
    maker text;
    place text;
    kind text;
  begin
    foreach maker in array array['postgres', 'supabase_admin'] loop
      foreach place in array array['public', 'storage', 'graphql_public'] loop
        foreach kind in array array['tables', 'functions', 'sequences'] loop
          execute format('alter default privileges for role %s in schema %s grant all on %s to postgres, anon, authenticated, service_role', maker, place, kind);
        end loop;
      end loop;
    end loop;
    foreach kind in array array['tables', 'routines', 'sequences'] loop
      execute format('alter default privileges for role supabase_auth_admin in schema auth grant all on %s to postgres, dashboard_user', kind);
    end loop;
  end $$;

  create function graphql_public.graphql("operationName" text default null, query text default null, variables jsonb default null, extensions jsonb default null)
    returns jsonb language sql
  as $$ select '{"data": null, "errors": ["pg_graphql extension is not enabled."]}'::jsonb $$;

  create function extensions.notice_of_ddl() returns event_trigger language plpgsql as $$ begin notify pgrst, 'reload schema'; end $$;
  create event trigger pgrst_ddl_watch on ddl_command_end execute function extensions.notice_of_ddl();
  create event trigger pgrst_drop_watch on sql_drop execute function extensions.notice_of_ddl();
`;

export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

export function asLogin(url: string, user: string, password: string): string {
  const changed = new URL(url);
  changed.username = user;
  changed.password = password;
  return changed.href;
}

import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { applyMigrations } from '#platform/migrate.server.ts';

const FOLDER = fileURLToPath(new URL('./migrations', import.meta.url));

/**
 * Brings the schema `auth` up to date; comes before the application's own migrations, which refer to it. Never run against
 * a real Supabase, which has its own.
 *
 * @param ownerUrl the superuser of a database that `prepareDatabase` prepared
 * @returns the versions applied now
 * @throws Error in plain words where accounts are kept by somebody else, or the database was not prepared
 */
export async function migrateAuth(ownerUrl: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await refuseForeignSchema(client);
    return await applyMigrations(client, FOLDER, 'auth.schema_migrations');
  } finally {
    await client.end();
  }
}

/** Every Supabase Auth, of any age, has had the column `instance_id`. */
async function refuseForeignSchema(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ theirs: boolean; prepared: boolean }>(
    `select exists (select from information_schema.columns where table_schema = 'auth' and table_name = 'users' and column_name = 'instance_id')
       as theirs, to_regrole('supabase_auth_admin') is not null and to_regnamespace('auth') is not null as prepared`
  );
  if (rows[0]!.theirs) {
    throw new Error(
      'Supabase Auth keeps the accounts of this database: set SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY and SUPABASE_SECRET_KEY too.'
    );
  }
  if (!rows[0]!.prepared) {
    throw new Error('The local sign-in keeps accounts in the embedded database only: with DATABASE_URL set SUPABASE_URL and its keys too.');
  }
}

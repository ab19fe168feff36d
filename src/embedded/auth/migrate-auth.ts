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
 */
export async function migrateAuth(ownerUrl: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    return await applyMigrations(client, FOLDER, 'auth.schema_migrations');
  } finally {
    await client.end();
  }
}

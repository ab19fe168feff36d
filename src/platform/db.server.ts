import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import pg from 'pg';
import { databaseIdentity, type Actor } from './actor.ts';
import { asRefusal } from './errors.ts';
import type { DB } from './schema.ts';

export type Db = Kysely<DB>;
export type Tx = Transaction<DB>;

// bigint columns hold byte counts and numbers far below 2^53; as numbers they need no conversion at every use.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/**
 * A pool on the database.
 * @param url a login that owns nothing and may `set role`
 * @param max connections kept at most
 */
export function openDatabase(url: string, max = 10): Db {
  const pool = new pg.Pool({ connectionString: url, max, connectionTimeoutMillis: 5_000, idleTimeoutMillis: 30_000 });
  // An idle connection that the server closes (a restart) must not end the process; the next query says what is wrong.
  pool.on('error', () => {});
  return new Kysely<DB>({ dialect: new PostgresDialect({ pool }) });
}

/**
 * Runs `work` in one transaction as `actor`: role and claims are set as Supabase's own API would, and row level security decides.
 * @throws DomainError for what the database refuses; other database errors as they are
 */
export function asActor<T>(db: Db, actor: Actor, work: (tx: Tx) => Promise<T>): Promise<T> {
  const { role, claims } = databaseIdentity(actor);
  return inRole(db, role, claims, work);
}

/** Runs `work` in one transaction as the worker: jobs only, and visible where it is called. */
export function asSystem<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  return inRole(db, 'worker', { role: 'worker' }, work);
}

async function inRole<T>(db: Db, role: string, claims: object, work: (tx: Tx) => Promise<T>): Promise<T> {
  try {
    return await db.transaction().execute(async (tx) => {
      await sql`select set_config('role', ${role}, true), set_config('request.jwt.claims', ${JSON.stringify(claims)}, true)`.execute(tx);
      return await work(tx);
    });
  } catch (error) {
    throw asRefusal(error);
  }
}

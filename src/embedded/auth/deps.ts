import type pg from 'pg';
import type { ToPost } from '#platform/mail-queue.server.ts';
import type { Keys } from './keys.ts';
import type { RateLimits } from './rate-limits.ts';
import type { Settings } from './settings.ts';

/** What the endpoints work with. */
export type AuthDeps = {
  db: pg.Pool;
  keys: Keys;
  settings: Settings;
  limits: RateLimits;
  /** Done when the mail lies in the queue, or in the folder where there is no mail server. */
  post: (mail: ToPost) => Promise<void>;
  /** Work that nobody's answer waits for; its failure is logged. */
  later: (work: Promise<unknown>) => void;
};

/** A connection inside a transaction. */
export type Tx = pg.PoolClient;

/** Runs `work` in one transaction; an error undoes it. */
export async function transaction<T>(db: pg.Pool, work: (tx: Tx) => Promise<T>): Promise<T> {
  const tx = await db.connect();
  try {
    await tx.query('begin');
    const done = await work(tx);
    await tx.query('commit');
    return done;
  } catch (error) {
    await tx.query('rollback');
    throw error;
  } finally {
    tx.release();
  }
}

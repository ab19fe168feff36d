import { sql } from 'kysely';
import type { SearchIndex } from '#engines/index/port.ts';
import { asSystem, type Db } from '#platform/db.server.ts';
import type { TestimonyId } from '#platform/ids.ts';
import { indexTestimony } from './index-testimony.server.ts';
import { reindexArchive } from './reindex-archive.server.ts';

/** Seconds in which a change's own job has had its chance. */
const PATIENCE = 5;

/**
 * Looks after the index once: its version and rules, an index that is missing or of an older format, and every change that its job
 * could not write. Any number of workers may do so.
 * @throws DomainError `engine_down`, `engine_refused`; `engine_busy` while another process rebuilds
 */
export async function keepIndex(deps: { db: Db; index: SearchIndex }, signal: AbortSignal): Promise<void> {
  if ((await deps.index.check()) === 'rebuild') await reindexArchive(deps, signal);
  for (const testimonyId of await waiting(deps.db)) {
    signal.throwIfAborted();
    await indexTestimony(deps, testimonyId);
  }
}

function waiting(db: Db): Promise<TestimonyId[]> {
  return asSystem(db, async (tx) => {
    const rows = await tx
      .selectFrom('search_change')
      .select('testimony_id')
      .whereRef('number', '>', 'written')
      .where('since', '<', sql<Date>`now() - ${PATIENCE} * interval '1 second'`)
      .orderBy('since')
      .execute();
    return rows.map((row) => row.testimony_id as TestimonyId);
  });
}

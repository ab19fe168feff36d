import { sql } from 'kysely';
import type { IndexedEdition, SearchIndex } from '#engines/index/port.ts';
import { asSystem, type Db } from '#platform/db.server.ts';
import type { TestimonyId } from '#platform/ids.ts';
import { editionForIndex } from './edition-for-index.ts';
import { indexTestimony } from './index-testimony.server.ts';
import { everyEdition } from './read-editions.server.ts';

type Parts = { db: Db; index: SearchIndex };

/**
 * Rebuilds an index from the editions while the archive stays up.
 * @param signal breaks it off; whoever rebuilds next goes on from there
 * @returns how many passages it holds
 * @throws DomainError `engine_busy` while another process is at it, `engine_down`, `engine_refused`
 */
export function reindexArchive(deps: Parts, signal?: AbortSignal): Promise<number> {
  return deps.index.rebuild({
    editions: (after) => prepared(deps.db, after, signal),
    now: () => thisMoment(deps.db),
    writeChanged: (since) => writeChanged(deps, since, signal)
  });
}

async function* prepared(db: Db, after: TestimonyId | null, signal?: AbortSignal): AsyncGenerator<IndexedEdition> {
  for await (const edition of everyEdition(db, after)) {
    signal?.throwIfAborted();
    yield editionForIndex(edition);
  }
}

/** The oldest transaction that is not over: changes are numbered when they are made and seen when they are committed. */
function thisMoment(db: Db): Promise<number> {
  return asSystem(db, async (tx) => {
    const { rows } = await sql<{ moment: number }>`
      select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as moment`.execute(tx);
    return rows[0]!.moment;
  });
}

async function writeChanged(deps: Parts, since: number, signal?: AbortSignal): Promise<void> {
  const written = new Map<string, number>();
  for (;;) {
    const changed = await asSystem(deps.db, (tx) =>
      tx
        .selectFrom('search_change')
        .select(['testimony_id', 'number'])
        .where(sql<boolean>`changed_in >= ${String(since)}::xid8`)
        .execute()
    );
    const fresh = changed.filter((change) => written.get(change.testimony_id) !== change.number);
    if (!fresh.length) return;
    for (const { testimony_id, number } of fresh) {
      signal?.throwIfAborted();
      await indexTestimony(deps, testimony_id as TestimonyId);
      written.set(testimony_id, number);
    }
  }
}

import type { IndexedEdition, SearchIndex } from '#engines/index/port.ts';
import { asSystem, type Db } from '#platform/db.server.ts';
import type { TestimonyId } from '#platform/ids.ts';
import { editionForIndex } from './edition-for-index.ts';
import { indexTestimony } from './index-testimony.server.ts';
import { everyEdition } from './read-editions.server.ts';

/**
 * Rebuilds an index from the editions while the archive stays up.
 * @returns how many passages were put into it
 */
export async function reindexArchive(deps: { db: Db; index: SearchIndex }): Promise<number> {
  const begun = new Date();
  const passages = await deps.index.rebuild(prepared(deps.db));
  // An edition that was read before it was withdrawn may have been written after its own job had removed it.
  for (const testimonyId of await changedSince(deps.db, begun)) await indexTestimony(deps, testimonyId);
  return passages;
}

async function* prepared(db: Db): AsyncGenerator<IndexedEdition> {
  for await (const edition of everyEdition(db)) yield editionForIndex(edition);
}

function changedSince(db: Db, moment: Date): Promise<TestimonyId[]> {
  return asSystem(db, async (tx) => {
    const published = tx
      .selectFrom('publication')
      .select('testimony_id')
      .where((eb) => eb.or([eb('published_at', '>=', moment), eb('unpublished_at', '>=', moment)]));
    const answered = tx.selectFrom('consent').select('testimony_id').where('given_at', '>=', moment);
    const rows = await published.union(answered).execute();
    return rows.map((row) => row.testimony_id as TestimonyId);
  });
}

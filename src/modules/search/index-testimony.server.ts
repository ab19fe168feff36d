import type { SearchIndex } from '#engines/index/port.ts';
import { asSystem, type Db } from '#platform/db.server.ts';
import type { TestimonyId } from '#platform/ids.ts';
import { editionForIndex } from './edition-for-index.ts';
import { readEdition } from './read-editions.server.ts';

/**
 * Makes the index hold of a testimony what is open of it now, which may be nothing. For the jobs after a publication, a withdrawal
 * and a changed consent alike; running it twice changes nothing.
 * @throws DomainError `engine_down`, `engine_refused`: the job is retried, and until then the change waits in `search_change`
 */
export async function indexTestimony({ db, index }: { db: Db; index: SearchIndex }, testimonyId: TestimonyId): Promise<void> {
  const known = await asSystem(db, (tx) =>
    tx.selectFrom('search_change').select('number').where('testimony_id', '=', testimonyId).executeTakeFirst()
  );
  const open = () => asSystem(db, (tx) => readEdition(tx, testimonyId));
  const edition = await open();
  if (edition) await index.replacePublication(editionForIndex(edition));
  // Who withdrew in the meantime had their job run before these words were written.
  if (!edition || !(await open())) await index.removeTestimony(testimonyId);
  if (!known) return;
  // A change that came meanwhile has a higher number and goes on waiting.
  await asSystem(db, (tx) =>
    tx
      .updateTable('search_change')
      .set({ written: known.number })
      .where('testimony_id', '=', testimonyId)
      .where('written', '<', known.number)
      .execute()
  );
}

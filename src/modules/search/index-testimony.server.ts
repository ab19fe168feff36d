import type { SearchIndex } from '#engines/index/port.ts';
import { asSystem, type Db } from '#platform/db.server.ts';
import type { TestimonyId } from '#platform/ids.ts';
import { editionForIndex } from './edition-for-index.ts';
import { readEdition } from './read-editions.server.ts';

/**
 * Makes the index hold of a testimony what is open of it now, which may be nothing. For the jobs after a publication, a withdrawal
 * and a changed consent alike; running it twice changes nothing.
 * @throws DomainError `engine_down`: the job is retried
 */
export async function indexTestimony({ db, index }: { db: Db; index: SearchIndex }, testimonyId: TestimonyId): Promise<void> {
  const open = () => asSystem(db, (tx) => readEdition(tx, testimonyId));
  const edition = await open();
  if (edition) await index.replacePublication(editionForIndex(edition));
  // Who withdrew in the meantime had their job run before these words were written.
  if (!edition || !(await open())) await index.removeTestimony(testimonyId);
}

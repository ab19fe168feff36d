import type { Actor } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import type { TestimonyId } from '#platform/ids.ts';
import { chainOf } from './read-log.server.ts';
import { verifyChain, type Verdict } from './rules.ts';

/**
 * Recomputes every hash of a testimony's log (R36).
 * @throws DomainError `not_found` where the log is empty or not the actor's to read
 */
export function verifyCustody({ db }: { db: Db }, actor: Actor, { testimonyId }: { testimonyId: TestimonyId }): Promise<Verdict> {
  return asActor(db, actor, async (tx) => {
    const events = await chainOf(tx, testimonyId);
    if (!events.length) throw new DomainError('not_found');
    return verifyChain(events);
  });
}

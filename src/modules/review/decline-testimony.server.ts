import type { Actor } from '#platform/actor.ts';
import type { Db } from '#platform/db.server.ts';
import { decideAgainst } from './decide-against.server.ts';
import type { Refusal } from './schema.ts';

/**
 * Declines to publish a testimony; it stays the contributor's, who reads the reason as a message and may take it back.
 * @throws DomainError `not_found`, `wrong_state`, `own_submission`, `already_decided_by_you`
 */
export function declineTestimony({ db }: { db: Db }, actor: Actor, refusal: Refusal): Promise<void> {
  return decideAgainst(db, actor, refusal, { verdict: 'decline', step: 'decline', event: 'declined' });
}

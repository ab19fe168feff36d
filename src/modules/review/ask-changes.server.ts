import type { Actor } from '#platform/actor.ts';
import type { Db } from '#platform/db.server.ts';
import type { Refusal } from './schema.ts';
import { decideAgainst } from './decide-against.server.ts';

/**
 * Hands a testimony back to its contributor, who reads the reason as a message and may change what they told.
 * @throws DomainError `not_found`, `wrong_state`, `own_submission`, `already_decided_by_you`
 */
export function askChanges({ db }: { db: Db }, actor: Actor, refusal: Refusal): Promise<void> {
  return decideAgainst(db, actor, refusal, { verdict: 'ask_changes', step: 'ask_changes', event: 'changes_asked' });
}

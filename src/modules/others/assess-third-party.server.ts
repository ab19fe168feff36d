import { recordEvent } from '#modules/custody/record-event.server.ts';
import type { Account } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import type { TestimonyId } from '#platform/ids.ts';
import type { ThirdPartyAssessment } from './schema.ts';

/**
 * Somebody at the desk decides, in writing, whether another person may be named. No edition is approved before each was looked at.
 * @throws DomainError `not_found` (also: not under review), `approved_already`
 */
export async function assessThirdParty(
  { db }: { db: Db },
  actor: Account,
  { thirdPartyId, verdict, reason }: ThirdPartyAssessment
): Promise<void> {
  await asActor(db, actor, async (tx) => {
    const changed = await tx
      .updateTable('third_party')
      .set({ verdict, reason })
      .where('id', '=', thirdPartyId)
      .returning('testimony_id')
      .executeTakeFirst();
    if (!changed) throw new DomainError('not_found');
    await recordEvent(tx, changed.testimony_id as TestimonyId, 'third_party_assessed', { verdict });
  });
}

import { recordEvent } from '#modules/custody/record-event.server.ts';
import type { Account, Contributor } from '#platform/actor.ts';
import { asActor, type Db, type Tx } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import type { TestimonyId, ThirdPartyId } from '#platform/ids.ts';
import type { Flag, ThirdPartyNamed } from './schema.ts';

const MOST_FLAGS = 100;

/**
 * Somebody else is named in the testimony: left out of every public text until the desk assessed them (R16).
 * @param testimonyId whose testimony; a contributor's is their own
 * @throws DomainError `not_found` (also: no longer being told, or not under review), `approved_already`, `too_many_requests`
 */
export async function flagThirdParty(
  { db }: { db: Db },
  actor: Contributor | Account,
  { testimonyId, name, note }: Flag & { testimonyId: TestimonyId }
): Promise<void> {
  await asActor(db, actor, async (tx) => {
    if ((await flags(tx, testimonyId)) >= MOST_FLAGS) throw new DomainError('too_many_requests');
    const flaggedBy = actor.kind === 'contributor' ? 'contributor' : 'desk';
    await tx.insertInto('third_party').values({ testimony_id: testimonyId, name, note, flagged_by: flaggedBy }).execute();
    await recordEvent(tx, testimonyId, 'third_party_flagged');
  });
}

async function flags(tx: Tx, testimonyId: TestimonyId): Promise<number> {
  return (await tx.selectFrom('third_party').select('id').where('testimony_id', '=', testimonyId).execute()).length;
}

/**
 * Whoever flagged it takes a flag back, while it may change.
 * @throws DomainError `not_found`, `approved_already`
 */
export async function unflagThirdParty({ db }: { db: Db }, actor: Contributor | Account, { thirdPartyId }: ThirdPartyNamed): Promise<void> {
  await asActor(db, actor, async (tx) => {
    const gone = await tx.deleteFrom('third_party').where('id', '=', thirdPartyId).returning('testimony_id').executeTakeFirst();
    if (!gone) throw new DomainError('not_found');
    await recordEvent(tx, gone.testimony_id as TestimonyId, 'third_party_unflagged');
  });
}

/** Whom the person flagged, oldest first. */
export async function readMyFlags({ db }: { db: Db }, actor: Contributor) {
  return asActor(db, actor, async (tx) => {
    const rows = await tx.selectFrom('third_party').select(['id', 'name', 'note']).orderBy('flagged_at').execute();
    return rows.map((row) => ({ ...row, id: row.id as ThirdPartyId }));
  });
}

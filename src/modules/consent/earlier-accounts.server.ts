import { recordEvent } from '#modules/custody/record-event.server.ts';
import type { Account, Contributor } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import type { EarlierAccountId, TestimonyId } from '#platform/ids.ts';
import type { EarlierAccount } from './schema.ts';

const MOST = 30;

export type Earlier = { id: EarlierAccountId; toldTo: EarlierAccount['toldTo']; link: string | null; note: string | null };

/** What was told before and to whom (R15); a contributor's own, or for whoever reviews. */
export async function readEarlierAccounts(
  { db }: { db: Db },
  actor: Contributor | Account,
  { testimonyId }: { testimonyId: TestimonyId }
): Promise<Earlier[]> {
  return asActor(db, actor, async (tx) => {
    const rows = await tx
      .selectFrom('earlier_account')
      .select(['id', 'told_to as toldTo', 'link', 'note'])
      .where('testimony_id', '=', testimonyId)
      .orderBy('added_at')
      .execute();
    return rows as Earlier[];
  });
}

/** @throws DomainError `not_found` when nothing is being told any more, `too_many_requests` */
export async function addEarlierAccount({ db }: { db: Db }, actor: Contributor, { toldTo, link, note }: EarlierAccount): Promise<void> {
  const { testimonyId } = actor;
  await asActor(db, actor, async (tx) => {
    if ((await tx.selectFrom('earlier_account').select('id').execute()).length >= MOST) throw new DomainError('too_many_requests');
    await tx.insertInto('earlier_account').values({ testimony_id: testimonyId, told_to: toldTo, link, note }).execute();
    await recordEvent(tx, testimonyId, 'earlier_account_named', { toldTo });
  });
}

/** @throws DomainError `not_found` */
export async function removeEarlierAccount({ db }: { db: Db }, actor: Contributor, { id }: { id: EarlierAccountId }): Promise<void> {
  await asActor(db, actor, async (tx) => {
    const gone = await tx.deleteFrom('earlier_account').where('id', '=', id).returning('id').executeTakeFirst();
    if (!gone) throw new DomainError('not_found');
    await recordEvent(tx, actor.testimonyId, 'earlier_account_taken_back');
  });
}

import type { Actor } from '#platform/actor.ts';
import { asActor, type Db, type Tx } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import type { AccountId, TestimonyId } from '#platform/ids.ts';
import type { Assignment } from './schema.ts';

export type Linguist = { userId: AccountId; name: string };
export type Assigned = Linguist & { task: 'transcribe' | 'translate' | 'review' };

/**
 * Gives a testimony to a linguist, who sees it from then on.
 * @throws DomainError `not_found` (also: not yours to give, or nobody who could take it)
 */
export function assignLinguist({ db }: { db: Db }, actor: Actor, { testimonyId, userId, task }: Assignment): Promise<void> {
  return asActor(db, actor, async (tx) => {
    const testimony = await tx.selectFrom('testimony').select('id').where('id', '=', testimonyId).executeTakeFirst();
    const known = (await linguists(tx)).some((linguist) => linguist.userId === userId);
    if (!testimony || !known) throw new DomainError('not_found');
    await tx
      .insertInto('assignment')
      .values({ testimony_id: testimonyId, user_id: userId, task })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  });
}

/** Takes a testimony back from a linguist. @throws DomainError `not_found` */
export function unassignLinguist({ db }: { db: Db }, actor: Actor, { testimonyId, userId, task }: Assignment): Promise<void> {
  return asActor(db, actor, async (tx) => {
    const { numDeletedRows } = await tx
      .deleteFrom('assignment')
      .where('testimony_id', '=', testimonyId)
      .where('user_id', '=', userId)
      .where('task', '=', task)
      .executeTakeFirst();
    if (numDeletedRows === 0n) throw new DomainError('not_found');
  });
}

/** Who may be asked to transcribe and translate. */
export async function linguists(tx: Tx): Promise<Linguist[]> {
  const rows = await tx
    .selectFrom('account as a')
    .innerJoin('account_role as r', 'r.user_id', 'a.user_id')
    .select(['a.user_id as userId', 'a.display_name as name'])
    .where('r.role', '=', 'linguist')
    .where('a.suspended_at', 'is', null)
    .orderBy('a.display_name')
    .execute();
  return rows as Linguist[];
}

export async function assignedTo(tx: Tx, testimonyId: TestimonyId): Promise<Assigned[]> {
  const rows = await tx
    .selectFrom('assignment as s')
    .innerJoin('account as a', 'a.user_id', 's.user_id')
    .select(['a.user_id as userId', 'a.display_name as name', 's.task'])
    .where('s.testimony_id', '=', testimonyId)
    .orderBy('s.assigned_at')
    .execute();
  return rows as Assigned[];
}

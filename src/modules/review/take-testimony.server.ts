import { recordEvent } from '#modules/custody/record-event.server.ts';
import { editListToChange } from '#modules/redaction/open-edit-list.server.ts';
import { next } from '#modules/testimony/rules.ts';
import type { Account } from '#platform/actor.ts';
import { asActor, type Db, type Tx } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import type { EditListId, TestimonyId } from '#platform/ids.ts';

/**
 * A reviewer takes a testimony: it is in review and assigned to them, with an edit list that no earlier decision spoke of.
 * One that is in review already is only assigned; a second reviewer may join the first.
 * @throws DomainError `not_found`, `wrong_state`
 */
export function takeTestimony(
  { db }: { db: Db },
  actor: Account,
  { testimonyId }: { testimonyId: TestimonyId }
): Promise<EditListId | null> {
  return asActor(db, actor, async (tx) => {
    const state = await stateOf(tx, testimonyId);
    await tx
      .insertInto('assignment')
      .values({ testimony_id: testimonyId, user_id: actor.userId, task: 'review' })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    if (state === 'in_review') return null;
    if (!next(state, 'take')) throw new DomainError('wrong_state');

    await tx.updateTable('testimony').set({ state: 'in_review' }).where('id', '=', testimonyId).execute();
    const editListId = await editListToChange(tx, testimonyId);
    await recordEvent(tx, testimonyId, 'taken_in_review');
    return editListId;
  });
}

async function stateOf(tx: Tx, testimonyId: TestimonyId) {
  const row = await tx.selectFrom('testimony').select('state').where('id', '=', testimonyId).forUpdate().executeTakeFirst();
  if (!row) throw new DomainError('not_found');
  return row.state;
}

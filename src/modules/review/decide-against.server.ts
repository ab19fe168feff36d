import { recordEvent, type CustodyKind } from '#modules/custody/record-event.server.ts';
import { writeIn } from '#modules/messages/write-to-contributor.server.ts';
import { editListToChange } from '#modules/redaction/open-edit-list.server.ts';
import { next, type Step } from '#modules/testimony/rules.ts';
import type { Actor } from '#platform/actor.ts';
import { asActor, type Db, type Tx } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import type { TestimonyId } from '#platform/ids.ts';
import type { Refusal } from './schema.ts';

type Against = { verdict: 'ask_changes' | 'decline'; step: Step & ('ask_changes' | 'decline'); event: CustodyKind };

/** One reviewer's word is enough to stop: the decision names the edit list in force, or a first one that is opened for it. */
export function decideAgainst(db: Db, actor: Actor, { testimonyId, reason }: Refusal, { verdict, step, event }: Against): Promise<void> {
  return asActor(db, actor, async (tx) => {
    const { state, edit_list_id } = await locked(tx, testimonyId);
    const to = next(state, step);
    if (!to) throw new DomainError('wrong_state');

    const editListId = edit_list_id ?? (await editListToChange(tx, testimonyId));
    await tx.insertInto('decision').values({ testimony_id: testimonyId, edit_list_id: editListId, verdict, reason }).execute();
    await writeIn(tx, actor, { testimonyId, body: reason });
    await recordEvent(tx, testimonyId, event, { edit_list_id: editListId });
    await tx.updateTable('testimony').set({ state: to }).where('id', '=', testimonyId).execute();
  });
}

async function locked(tx: Tx, testimonyId: TestimonyId) {
  const row = await tx
    .selectFrom('testimony')
    .select(['state', 'edit_list_id'])
    .where('id', '=', testimonyId)
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw new DomainError('not_found');
  return row;
}

import { recordEvent } from '#modules/custody/record-event.server.ts';
import type { Actor } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import type { EditListId } from '#platform/ids.ts';
import { editListToChange } from './open-edit-list.server.ts';
import type { RedactionRef } from './schema.ts';

/**
 * Takes a redaction back. Where it stands in a sealed list, its copy in the next number is what goes.
 * @throws DomainError `not_found`, `wrong_state`
 */
export function removeRedaction({ db }: { db: Db }, actor: Actor, { testimonyId, redactionId }: RedactionRef): Promise<EditListId> {
  return asActor(db, actor, async (tx) => {
    const redaction = await tx
      .selectFrom('redaction')
      .select(['recording_id', 'start_ms', 'end_ms', 'treatment'])
      .where('id', '=', redactionId)
      .where('testimony_id', '=', testimonyId)
      .executeTakeFirst();
    if (!redaction) throw new DomainError('not_found');
    const editListId = await editListToChange(tx, testimonyId);
    const { numDeletedRows } = await tx
      .deleteFrom('redaction')
      .where('edit_list_id', '=', editListId)
      .where('recording_id', '=', redaction.recording_id)
      .where('start_ms', '=', redaction.start_ms)
      .where('end_ms', '=', redaction.end_ms)
      .where('treatment', '=', redaction.treatment)
      .executeTakeFirst();
    if (numDeletedRows === 0n) throw new DomainError('not_found');
    await recordEvent(tx, testimonyId, 'redaction_taken_back', { edit_list_id: editListId });
    return editListId;
  });
}

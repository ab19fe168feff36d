import { recordEvent } from '#modules/custody/record-event.server.ts';
import type { Actor } from '#platform/actor.ts';
import { asActor, type Db, type Tx } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import type { EditListId } from '#platform/ids.ts';
import { editListToChange } from './open-edit-list.server.ts';
import { suits } from './rules.ts';
import type { NewRedaction } from './schema.ts';

/**
 * Marks a time range of a recording as left out of the public edition, with its treatment and why.
 * @returns the edit list it now stands in: the open one, or the next number where the last was sealed
 * @throws DomainError `not_found`, `wrong_state`, `invalid_input` for a range outside the recording or a blur without a picture
 */
export function addRedaction({ db }: { db: Db }, actor: Actor, redaction: NewRedaction): Promise<EditListId> {
  return asActor(db, actor, (tx) => redactIn(tx, redaction));
}

/** The same inside another use case's transaction. */
export async function redactIn(tx: Tx, redaction: NewRedaction): Promise<EditListId> {
  const { testimonyId, recordingId, startMs, endMs, treatment, reason } = redaction;
  const editListId = await editListToChange(tx, testimonyId);
  const recording = await tx
    .selectFrom('recording')
    .select(['kind', 'duration_ms'])
    .where('id', '=', recordingId)
    .where('testimony_id', '=', testimonyId)
    .executeTakeFirst();
  if (!recording) throw new DomainError('not_found');
  if (recording.duration_ms !== null && startMs >= recording.duration_ms) throw new DomainError('invalid_input', { field: 'startMs' });
  if (!suits(treatment, recording.kind)) throw new DomainError('invalid_input', { field: 'treatment' });

  await tx
    .insertInto('redaction')
    .values({
      edit_list_id: editListId,
      testimony_id: testimonyId,
      recording_id: recordingId,
      start_ms: startMs,
      end_ms: recording.duration_ms === null ? endMs : Math.min(endMs, recording.duration_ms),
      treatment,
      reason
    })
    .execute();
  await recordEvent(tx, testimonyId, 'redacted', { edit_list_id: editListId, treatment, reason });
  return editListId;
}

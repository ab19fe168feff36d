import type { Contributor } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import type { RecordingId } from '#platform/ids.ts';
import { enqueue } from '#platform/jobs.server.ts';
import { recordEvent } from '#modules/custody/record-event.server.ts';

/**
 * Takes one recording back while telling (R19): it is the person's no longer from this moment, and a job, which an outage of the store
 * only delays, destroys every file of it. The log keeps its hash and that it was deleted.
 * @throws DomainError `not_found` (also: no longer being told)
 */
export async function deleteRecording(
  { db }: { db: Db },
  actor: Contributor,
  { recordingId }: { recordingId: RecordingId }
): Promise<void> {
  await asActor(db, actor, async (tx) => {
    const gone = await tx.deleteFrom('recording').where('id', '=', recordingId).returning('sha256').executeTakeFirst();
    if (!gone) throw new DomainError('not_found');
    await recordEvent(tx, actor.testimonyId, 'recording_deleted', { recording: recordingId, sha256: gone.sha256 });
    await enqueue(tx, 'forget-recording', { recordingId });
  });
}

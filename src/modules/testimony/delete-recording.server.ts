import type { MediaStore } from '#engines/store/port.ts';
import type { Contributor } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import type { Env } from '#platform/env.ts';
import { DomainError } from '#platform/errors.ts';
import type { RecordingId } from '#platform/ids.ts';
import { recordEvent } from '#modules/custody/record-event.server.ts';
import { discardUpload } from '#modules/upload/discard-upload.server.ts';
import { recordingKey } from '#modules/upload/take-in-upload.server.ts';

/**
 * Takes one recording back while telling, with everything made of it and what came of it so far (R19). The log keeps its hash and that it was deleted.
 * @throws DomainError `not_found` (also: no longer being told)
 */
export async function deleteRecording(
  { db, env, store }: { db: Db; env: Pick<Env, 'SAWT_DATA'>; store: Pick<MediaStore, 'remove'> },
  actor: Contributor,
  { recordingId }: { recordingId: RecordingId }
): Promise<void> {
  const keys = await asActor(db, actor, async (tx) => {
    const renditions = await tx.selectFrom('rendition').select('store_key').where('recording_id', '=', recordingId).execute();
    const gone = await tx.deleteFrom('recording').where('id', '=', recordingId).returning(['sha256', 'store_key']).executeTakeFirst();
    if (!gone) throw new DomainError('not_found');
    await recordEvent(tx, actor.testimonyId, 'recording_deleted', { recording: recordingId, sha256: gone.sha256 });
    // Also where no row says so yet: a server may have died while it was taken in.
    return [gone.store_key ?? recordingKey(recordingId), ...renditions.map((rendition) => rendition.store_key)];
  });
  // After the change stands: bytes without a row are only waste, a row without bytes would be a broken promise.
  await discardUpload({ env }, recordingId);
  for (const key of keys) await store.remove(key);
}

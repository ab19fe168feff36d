import { recordEvent } from '#modules/custody/record-event.server.ts';
import type { Contributor } from '#platform/actor.ts';
import { asActor, type Tx } from '#platform/db.server.ts';
import type { Deps } from '#platform/deps.server.ts';
import type { RecordingId } from '#platform/ids.ts';
import { enqueue } from '#platform/jobs.server.ts';
import { discardUpload } from './discard-upload.server.ts';
import { openUploads } from './open-uploads.server.ts';
import { recordingKey } from './upload-store.ts';

/**
 * A recording's last byte is here: into the media store with it, and on to the worker, which compares the SHA-256 (R34).
 * Safe to repeat: a server that died in between is caught up with at the browser's next question.
 */
export async function takeInUpload(
  { db, env, store }: Pick<Deps, 'db' | 'env' | 'store'>,
  actor: Contributor,
  recordingId: RecordingId
): Promise<void> {
  const key = recordingKey(recordingId);
  await openUploads({ env, store }).complete(recordingId);

  const isWanted = await asActor(db, actor, async (tx) => {
    const taken = await tx
      .updateTable('recording')
      .set({ state: 'received', store_key: key, received_at: new Date() })
      .where('id', '=', recordingId)
      .where('state', '=', 'expected')
      .returning(['sha256', 'bytes'])
      .executeTakeFirst();
    if (!taken) return isKept(tx, recordingId);
    await recordEvent(tx, actor.testimonyId, 'recording_received', {
      recording: recordingId,
      bytes: taken.bytes,
      announced_sha256: taken.sha256
    });
    await enqueue(tx, 'verify-recording', { recordingId });
    return true;
  });
  // Deleted or destroyed while its last byte was on the way: nothing would ever take these bytes away again.
  if (isWanted) return;
  await discardUpload({ env, store }, recordingId);
  await store.remove(key);
}

async function isKept(tx: Tx, recordingId: RecordingId): Promise<boolean> {
  const kept = tx.selectFrom('recording').select('id').where('id', '=', recordingId).where('state', '!=', 'destroyed');
  return (await kept.executeTakeFirst()) !== undefined;
}

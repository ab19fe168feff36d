import type { Deps } from '#platform/deps.server.ts';
import type { RecordingId } from '#platform/ids.ts';
import { discardUpload } from './discard-upload.server.ts';
import { recordingKey } from './upload-store.ts';

/**
 * Destroys every file of a recording: what is still on its way, the recording, and what was made of it, also where a server or worker
 * died before a row named it. Repeating it is no error.
 * @throws DomainError `store_down`
 */
export async function destroyRecordingFiles({ env, store }: Pick<Deps, 'env' | 'store'>, recordingId: RecordingId): Promise<void> {
  await discardUpload({ env, store }, recordingId);
  await store.remove(recordingKey(recordingId));
  for await (const key of store.list(`renditions/${recordingId}`)) await store.remove(key);
}

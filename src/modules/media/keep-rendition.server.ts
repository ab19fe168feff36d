import { recordEvent } from '#modules/custody/record-event.server.ts';
import type { MediaStore } from '#engines/store/port.ts';
import type { Tx } from '#platform/db.server.ts';
import type { EditListId, RecordingId, TestimonyId } from '#platform/ids.ts';
import type { RenditionKind } from '#platform/schema.ts';
import type { Made } from './renditions.server.ts';

/** A derivative that lies in the store. */
export type Stored = Omit<Made<RenditionKind>, 'file'> & { key: string; bytes: number; sha256: string };

type Of = { recordingId: RecordingId; testimonyId: TestimonyId; editListId: EditListId | null };

/** Into the store under a key that only depends on what it is: made twice, it lies there once. */
export async function storeRendition(store: MediaStore, { recordingId, editListId }: Of, made: Made<RenditionKind>): Promise<Stored> {
  const key = ['renditions', recordingId, editListId, made.kind].filter(Boolean).join('/');
  const { file, ...what } = made;
  return { ...what, key, ...(await store.putFile(key, file)) };
}

/** Writes it down; every copy is recorded (R35). */
export async function keepRendition(tx: Tx, { recordingId, testimonyId, editListId }: Of, stored: Stored): Promise<void> {
  const { kind, mediaType, durationMs, key, bytes, sha256 } = stored;
  const file = { media_type: mediaType, bytes, sha256, store_key: key, duration_ms: durationMs };
  await tx
    .insertInto('rendition')
    .values({ recording_id: recordingId, testimony_id: testimonyId, edit_list_id: editListId, kind, ...file })
    .onConflict((conflict) => conflict.columns(['recording_id', 'kind', 'edit_list_id']).doUpdateSet(file))
    .execute();
  await recordEvent(tx, testimonyId, 'rendition_made', {
    recording: recordingId,
    kind,
    sha256,
    ...(editListId && { edit_list: editListId })
  });
}

/** The recording was deleted while these were made. */
export async function discard(store: MediaStore, stored: readonly Stored[]): Promise<void> {
  for (const { key } of stored) await store.remove(key);
}

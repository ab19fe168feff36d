import { spokenFolder } from '#modules/consent/keep-spoken.server.ts';
import { recordEvent } from '#modules/custody/record-event.server.ts';
import { publicMediumId, publicMediumKey } from './public-medium.ts';
import { indexTestimony } from '#modules/search/index-testimony.server.ts';
import { discardUpload } from '#modules/upload/discard-upload.server.ts';
import { recordingKey } from '#modules/upload/upload-store.ts';
import { asSystem, type Tx } from '#platform/db.server.ts';
import type { Deps } from '#platform/deps.server.ts';
import type { RecordingId, TestimonyId } from '#platform/ids.ts';

type Parts = Pick<Deps, 'db' | 'env' | 'store' | 'index'>;

/**
 * After a withdrawal: search forgets it (last, so that an index that is down keeps nothing else from being destroyed), every derived file and every public word of it is destroyed and, if the person asked for it,
 * the recordings and all that was written down as well. The log keeps that it happened. After a changed consent only what
 * search may show changes. Files go before the rows that name them: a kill in between leaves nothing unnamed.
 */
export async function forgetTestimony(deps: Parts, { testimonyId }: { testimonyId: TestimonyId }): Promise<void> {
  await destroy(deps, testimonyId);
  await indexTestimony(deps, testimonyId);
}

async function destroy(deps: Parts, testimonyId: TestimonyId): Promise<void> {
  const withdrawn = await asSystem(deps.db, (tx) => readWithdrawn(tx, testimonyId));
  if (!withdrawn) return;
  for (const key of await derivedFiles(deps, withdrawn)) await deps.store.remove(key);
  await asSystem(deps.db, (tx) => forgetEditions(tx, testimonyId));
  if (!withdrawn.destroyRecordings) return;
  for (const id of withdrawn.recordingIds) await discardUpload(deps, id);
  for (const key of withdrawn.recordings) await deps.store.remove(key);
  for await (const key of deps.store.list(spokenFolder(testimonyId))) await deps.store.remove(key);
  await asSystem(deps.db, (tx) => destroyRecordings(tx, testimonyId));
}

type Withdrawn = {
  destroyRecordings: boolean;
  recordingIds: string[];
  /** Keys in the store, also of what a server that died had not yet written down. */
  recordings: string[];
  renditions: string[];
  publicMedia: string[];
};

async function readWithdrawn(tx: Tx, testimonyId: TestimonyId): Promise<Withdrawn | null> {
  const testimony = await tx
    .selectFrom('testimony')
    .select('destroy_recordings')
    .where('id', '=', testimonyId)
    .where('state', '=', 'withdrawn')
    .executeTakeFirst();
  if (!testimony) return null;
  const recordings = await tx.selectFrom('recording').select(['id', 'store_key']).where('testimony_id', '=', testimonyId).execute();
  const media = await tx.selectFrom('publication_medium').select('store_key').where('testimony_id', '=', testimonyId).execute();
  const renditions = await tx
    .selectFrom('rendition')
    .select(['recording_id as recordingId', 'kind', 'sha256', 'store_key'])
    .where('testimony_id', '=', testimonyId)
    .execute();
  // A worker killed while publishing has copied what no edition names.
  const copied = renditions.filter(({ kind }) => kind.startsWith('public_')).map((rendition) => publicMediumKey(publicMediumId(rendition)));
  return {
    destroyRecordings: testimony.destroy_recordings,
    recordingIds: recordings.map(({ id }) => id),
    recordings: recordings.map(({ id, store_key }) => store_key ?? recordingKey(id as RecordingId)),
    renditions: renditions.map(({ store_key }) => store_key),
    publicMedia: [...media.map(({ store_key }) => store_key), ...copied]
  };
}

/** With what killed workers stored and never wrote down. */
async function derivedFiles({ store }: Parts, { recordingIds, renditions, publicMedia }: Withdrawn): Promise<Set<string>> {
  const keys = new Set([...renditions, ...publicMedia]);
  for (const id of recordingIds) for await (const key of store.list(`renditions/${id}`)) keys.add(key);
  return keys;
}

const NOTHING_SAID = {
  chosen_name: null,
  descriptions: '{}',
  facility: null,
  year_from: null,
  year_to: null,
  themes: '[]',
  warnings: '[]',
  redactions: '[]'
};

/** The editions' and media's rows stay for their addresses to answer "gone"; what was said and shown does not. */
async function forgetEditions(tx: Tx, testimonyId: TestimonyId): Promise<void> {
  const destroyed = await tx.deleteFrom('rendition').where('testimony_id', '=', testimonyId).returning('id').execute();
  await tx.deleteFrom('speech_piece').where('recording_id', 'in', recordingsOf(tx, testimonyId)).execute();
  await tx.deleteFrom('processing_step').where('testimony_id', '=', testimonyId).execute();
  await tx.deleteFrom('publication_passage').where('testimony_id', '=', testimonyId).execute();
  const editions = await tx
    .updateTable('publication')
    .set(NOTHING_SAID)
    .where('testimony_id', '=', testimonyId)
    .where('unpublished_at', 'is not', null)
    .returning('id')
    .execute();
  if (await happened(tx, testimonyId, 'renditions_destroyed')) return;
  if (editions.length) await recordEvent(tx, testimonyId, 'forgotten_by_search');
  await recordEvent(tx, testimonyId, 'renditions_destroyed', { renditions: destroyed.length, editions: editions.length });
}

async function destroyRecordings(tx: Tx, testimonyId: TestimonyId): Promise<void> {
  const destroyed = await tx
    .updateTable('recording')
    .set({ state: 'destroyed', refused_for: null, store_key: null })
    .where('testimony_id', '=', testimonyId)
    .where('state', '!=', 'destroyed')
    .returning('id')
    .execute();
  await tx.deleteFrom('transcript').where('testimony_id', '=', testimonyId).execute();
  await tx.deleteFrom('statement').where('testimony_id', '=', testimonyId).execute();
  await tx.deleteFrom('testimony_description').where('testimony_id', '=', testimonyId).execute();
  await tx.deleteFrom('content_warning').where('testimony_id', '=', testimonyId).execute();
  for (const table of ['cut_request', 'earlier_account', 'third_party', 'understanding', 'spoken_word'] as const)
    await tx.deleteFrom(table).where('testimony_id', '=', testimonyId).execute();
  if (await happened(tx, testimonyId, 'recordings_destroyed')) return;
  await recordEvent(tx, testimonyId, 'recordings_destroyed', { recordings: destroyed.length });
}

function recordingsOf(tx: Tx, testimonyId: TestimonyId) {
  return tx.selectFrom('recording').select('id').where('testimony_id', '=', testimonyId);
}

/** The log is appended to once, however often the job runs. */
async function happened(tx: Tx, testimonyId: TestimonyId, kind: 'renditions_destroyed' | 'recordings_destroyed'): Promise<boolean> {
  const event = await tx
    .selectFrom('custody_event')
    .select('position')
    .where('testimony_id', '=', testimonyId)
    .where('kind', '=', kind)
    .executeTakeFirst();
  return event !== undefined;
}

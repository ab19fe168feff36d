import { rm } from 'node:fs/promises';
import path from 'node:path';
import { recordEvent } from '#modules/custody/record-event.server.ts';
import { indexTestimony } from '#modules/search/index-testimony.server.ts';
import { asSystem, type Tx } from '#platform/db.server.ts';
import type { Deps } from '#platform/deps.server.ts';
import type { TestimonyId } from '#platform/ids.ts';

type Parts = Pick<Deps, 'db' | 'env' | 'store' | 'index'>;

/**
 * After a withdrawal: search forgets it, every derived file and every public word of it is destroyed and, if the person asked for it,
 * the recordings and all that was written down as well. The log keeps that it happened. After a changed consent only what
 * search may show changes. Files go before the rows that name them: a kill in between leaves nothing unnamed.
 */
export async function forgetTestimony(deps: Parts, { testimonyId }: { testimonyId: TestimonyId }): Promise<void> {
  await indexTestimony(deps, testimonyId);
  const withdrawn = await asSystem(deps.db, (tx) => readWithdrawn(tx, testimonyId));
  if (!withdrawn) return;
  for (const key of [...withdrawn.renditions, ...withdrawn.publicMedia]) await deps.store.remove(key);
  await asSystem(deps.db, (tx) => forgetEditions(tx, testimonyId, withdrawn));
  if (!withdrawn.destroyRecordings) return;
  for (const key of withdrawn.recordings) await deps.store.remove(key);
  for (const id of withdrawn.recordingIds) await discardUpload(deps, id);
  await asSystem(deps.db, (tx) => destroyRecordings(tx, testimonyId));
}

type Withdrawn = { destroyRecordings: boolean; renditions: string[]; publicMedia: string[]; recordings: string[]; recordingIds: string[] };

async function readWithdrawn(tx: Tx, testimonyId: TestimonyId): Promise<Withdrawn | null> {
  const testimony = await tx
    .selectFrom('testimony')
    .select('destroy_recordings')
    .where('id', '=', testimonyId)
    .where('state', '=', 'withdrawn')
    .executeTakeFirst();
  if (!testimony) return null;
  const keys = async (table: 'rendition' | 'publication_medium' | 'recording') => {
    const rows = await tx.selectFrom(table).select('store_key').where('testimony_id', '=', testimonyId).execute();
    return rows.flatMap(({ store_key }) => store_key ?? []);
  };
  return {
    destroyRecordings: testimony.destroy_recordings,
    renditions: await keys('rendition'),
    publicMedia: await keys('publication_medium'),
    recordings: await keys('recording'),
    recordingIds: (await recordingsOf(tx, testimonyId).execute()).map(({ id }) => id)
  };
}

/** A recording that was still on its way. */
async function discardUpload({ env }: Parts, recordingId: string): Promise<void> {
  for (const name of [recordingId, `${recordingId}.json`]) await rm(path.join(env.SAWT_DATA, 'uploads', name), { force: true });
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
async function forgetEditions(tx: Tx, testimonyId: TestimonyId, { renditions, publicMedia }: Withdrawn): Promise<void> {
  await tx.deleteFrom('rendition').where('testimony_id', '=', testimonyId).execute();
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
  await recordEvent(tx, testimonyId, 'renditions_destroyed', { files: renditions.length + publicMedia.length });
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

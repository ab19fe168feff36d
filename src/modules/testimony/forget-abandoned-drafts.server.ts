import { sql } from 'kysely';
import { spokenFolder } from '#modules/consent/keep-spoken.server.ts';
import { destroyRecordingFiles } from '#modules/upload/destroy-recording-files.server.ts';
import { asSystem } from '#platform/db.server.ts';
import type { Deps } from '#platform/deps.server.ts';
import type { RecordingId, TestimonyId } from '#platform/ids.ts';

/**
 * Destroys drafts that nobody can come back to, files first: a kill in between leaves no file that no row names.
 * @returns how many
 */
export async function forgetAbandonedDrafts(deps: Pick<Deps, 'db' | 'env' | 'store'>): Promise<number> {
  const { rows } = await asSystem(deps.db, (tx) => sql<{ id: TestimonyId }>`select app.abandoned_drafts() as id`.execute(tx));
  let forgotten = 0;
  for (const { id } of rows) {
    const recordings = await asSystem(deps.db, (tx) => tx.selectFrom('recording').select('id').where('testimony_id', '=', id).execute());
    for (const recording of recordings) await destroyRecordingFiles(deps, recording.id as RecordingId);
    for await (const key of deps.store.list(spokenFolder(id))) await deps.store.remove(key);
    const gone = await asSystem(deps.db, (tx) => sql<{ gone: boolean }>`select app.delete_abandoned_draft(${id}) as gone`.execute(tx));
    if (gone.rows[0]!.gone) forgotten += 1;
  }
  return forgotten;
}

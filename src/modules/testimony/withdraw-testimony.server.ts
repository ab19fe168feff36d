import type { Contributor } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import { enqueue } from '#platform/jobs.server.ts';
import { recordEvent } from '#modules/custody/record-event.server.ts';
import type { Withdrawal } from './schema.ts';

/**
 * The person takes everything back, from whatever state. Pages and media are gone when this returns (R10); a job then empties
 * the index and destroys what was derived and, if asked, the recordings.
 *
 * @throws DomainError `wrong_state` when it was withdrawn already
 */
export async function withdrawTestimony({ db }: { db: Db }, actor: Contributor, { destroyRecordings }: Withdrawal): Promise<void> {
  const { testimonyId } = actor;
  await asActor(db, actor, async (tx) => {
    const { state } = await tx.selectFrom('testimony').select('state').where('id', '=', testimonyId).forUpdate().executeTakeFirstOrThrow();
    if (state === 'withdrawn') throw new DomainError('wrong_state');
    await tx
      .updateTable('testimony')
      .set({ state: 'withdrawn', destroy_recordings: destroyRecordings })
      .where('id', '=', testimonyId)
      .execute();
    await recordEvent(tx, testimonyId, 'withdrawn', { destroyRecordings });
    await enqueue(tx, 'index-testimony', { testimonyId });
    await enqueue(tx, 'forget-testimony', { testimonyId });
  });
}

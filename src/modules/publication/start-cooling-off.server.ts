import { sql } from 'kysely';
import { recordEvent } from '#modules/custody/record-event.server.ts';
import { next } from '#modules/testimony/rules.ts';
import { asSystem, type Db } from '#platform/db.server.ts';
import type { TestimonyId } from '#platform/ids.ts';
import { enqueue } from '#platform/jobs.server.ts';

/** Two people approved: from now the person has the archive's cooling-off to change their mind before anything is public (R11). */
export async function startCoolingOff({ db }: { db: Db }, { testimonyId }: { testimonyId: TestimonyId }): Promise<void> {
  await asSystem(db, async (tx) => {
    const testimony = await tx.selectFrom('testimony').select('state').where('id', '=', testimonyId).forUpdate().executeTakeFirst();
    const state = testimony && next(testimony.state, 'schedule');
    if (!state) return;
    const { publish_after } = await tx
      .updateTable('testimony')
      .set({ state, publish_after: sql<Date>`now() + (select cooling_off from archive)` })
      .where('id', '=', testimonyId)
      .returning('publish_after')
      .executeTakeFirstOrThrow();
    await recordEvent(tx, testimonyId, 'cooling_off_started', { until: publish_after!.toISOString() });
    await enqueue(tx, 'publish-testimony', { testimonyId }, { startAfter: publish_after! });
  });
}

import type { Actor } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import type { TestimonyId } from '#platform/ids.ts';

/** The desk has read what the contributor wrote. */
export async function markMessagesRead({ db }: { db: Db }, actor: Actor, { testimonyId }: { testimonyId: TestimonyId }): Promise<void> {
  await asActor(db, actor, (tx) =>
    tx
      .updateTable('message')
      .set({ read_at: new Date() })
      .where('testimony_id', '=', testimonyId)
      .where('sender', '=', 'contributor')
      .where('read_at', 'is', null)
      .execute()
  );
}

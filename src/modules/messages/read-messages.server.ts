import { sql } from 'kysely';
import type { Contributor } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';

/** The words between the person and the desk, oldest first; what the desk wrote counts as read from now on. */
export async function readMessages({ db }: { db: Db }, actor: Contributor) {
  return asActor(db, actor, async (tx) => {
    const messages = await tx.selectFrom('message').select(['id', 'sender', 'body', 'sent_at', 'read_at']).orderBy('sent_at').execute();
    await tx
      .updateTable('message')
      .set({ read_at: sql`now()` })
      .where('sender', '=', 'desk')
      .where('read_at', 'is', null)
      .execute();
    return messages.map((one) => ({
      id: one.id,
      sender: one.sender,
      body: one.body,
      sentAt: one.sent_at,
      isNew: one.sender === 'desk' && one.read_at === null
    }));
  });
}

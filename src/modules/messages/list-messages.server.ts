import type { Actor } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import type { TestimonyId } from '#platform/ids.ts';

export type Message = {
  id: string;
  sender: 'contributor' | 'desk';
  author: string | null;
  body: string;
  sentAt: Date;
  readAt: Date | null;
};

/** The words between contributor and desk, oldest first; none for whoever may not read them. `author` is known to the desk only. */
export function listMessages({ db }: { db: Db }, actor: Actor, { testimonyId }: { testimonyId: TestimonyId }): Promise<Message[]> {
  return asActor(db, actor, (tx) =>
    tx
      .selectFrom('message as m')
      .leftJoin('account as a', 'a.user_id', 'm.author_id')
      .select(['m.id', 'm.sender', 'a.display_name as author', 'm.body', 'm.sent_at as sentAt', 'm.read_at as readAt'])
      .where('m.testimony_id', '=', testimonyId)
      .orderBy('m.sent_at')
      .execute()
  );
}

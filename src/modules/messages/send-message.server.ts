import { recordEvent } from '#modules/custody/record-event.server.ts';
import type { Contributor } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import type { MessageText } from './schema.ts';

/** The person writes to the desk. */
export async function sendMessage({ db }: { db: Db }, actor: Contributor, { body }: MessageText): Promise<void> {
  await asActor(db, actor, async (tx) => {
    await tx.insertInto('message').values({ testimony_id: actor.testimonyId, sender: 'contributor', body }).execute();
    await recordEvent(tx, actor.testimonyId, 'message_sent');
  });
}

import { recordEvent } from '#modules/custody/record-event.server.ts';
import type { Contributor } from '#platform/actor.ts';
import { asActor, type Db, type Tx } from '#platform/db.server.ts';
import type { MessageText } from './schema.ts';

/** The person writes to the desk. */
export function sendMessage({ db }: { db: Db }, actor: Contributor, message: MessageText): Promise<void> {
  return asActor(db, actor, (tx) => sendIn(tx, actor, message));
}

/** The same inside another use case's transaction. */
export async function sendIn(tx: Tx, { testimonyId }: Contributor, { body }: MessageText): Promise<void> {
  await tx.insertInto('message').values({ testimony_id: testimonyId, sender: 'contributor', body }).execute();
  await recordEvent(tx, testimonyId, 'message_sent');
}

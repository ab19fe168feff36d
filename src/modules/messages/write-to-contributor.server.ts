import * as v from 'valibot';
import { recordEvent } from '#modules/custody/record-event.server.ts';
import type { Actor } from '#platform/actor.ts';
import { asActor, type Db, type Tx } from '#platform/db.server.ts';
import { idOf, type TestimonyId } from '#platform/ids.ts';

export const NewMessage = v.object({
  testimonyId: idOf<TestimonyId>(),
  body: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(8_000))
});
export type NewMessage = v.InferOutput<typeof NewMessage>;

/**
 * The desk writes to a contributor, inside the archive only (R30).
 * @throws DomainError `not_found` (also: not yours to write to)
 */
export function writeToContributor({ db }: { db: Db }, actor: Actor, message: NewMessage): Promise<void> {
  return asActor(db, actor, (tx) => writeIn(tx, actor, message));
}

/** The same inside another use case's transaction. */
export async function writeIn(tx: Tx, actor: Actor, { testimonyId, body }: NewMessage): Promise<void> {
  const authorId = actor.kind === 'account' ? actor.userId : null;
  await tx.insertInto('message').values({ testimony_id: testimonyId, sender: 'desk', author_id: authorId, body }).execute();
  await recordEvent(tx, testimonyId, 'message_sent', { by: 'desk' });
}

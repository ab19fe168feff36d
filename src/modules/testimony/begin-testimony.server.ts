import { sql } from 'kysely';
import { VISITOR } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import type { TestimonyId } from '#platform/ids.ts';
import { recordEvent } from '#modules/custody/record-event.server.ts';
import type { Beginning } from './schema.ts';
import { newSession } from './session.server.ts';

/**
 * A visitor begins to tell: an empty draft, and the session that may go on with it.
 *
 * @returns the draft's id and the value of the session's cookie, which is kept nowhere else
 */
export async function beginTestimony({ db }: { db: Db }, { language }: Beginning): Promise<{ testimonyId: TestimonyId; cookie: string }> {
  const { cookie, hash } = newSession();
  const testimonyId = await asActor(db, VISITOR, async (tx) => {
    const { rows } = await sql<{ id: TestimonyId }>`select app.begin_testimony(${language}, ${hash}) as id`.execute(tx);
    return rows[0]!.id;
  });
  // Its log is the contributor's to write, whom the visitor has only now become.
  await asActor(db, { kind: 'contributor', testimonyId }, (tx) => recordEvent(tx, testimonyId, 'begun'));
  return { testimonyId, cookie };
}

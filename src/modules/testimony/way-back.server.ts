import { sql } from 'kysely';
import { recordEvent } from '#modules/custody/record-event.server.ts';
import { VISITOR, type Contributor } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import type { TestimonyId } from '#platform/ids.ts';
import { hashOf, newSession } from './session.server.ts';

/**
 * What the phone keeps sealed beside a recording, so that a browser killed before it wrote its cookie down finds back to the draft.
 *
 * @param cookieValue of the session that it stands in for
 * @returns 32 random bytes as base64url, kept nowhere else; null where none is needed: the session is older than browsers take to
 *   write a cookie down, the words were typed back, or it is no draft
 */
export async function leaveWayBack({ db }: { db: Db }, actor: Contributor, cookieValue: string): Promise<string | null> {
  const { cookie: way, hash } = newSession();
  return asActor(db, actor, async (tx) => {
    const { rows } = await sql<{ left: boolean }>`select app.leave_way_back(${hashOf(cookieValue)}, ${hash}) as left`.execute(tx);
    return rows[0]!.left ? way : null;
  });
}

/** The cookie is written down by now: the way that stood in for it ends. */
export async function dropWayBack({ db }: { db: Db }, actor: Contributor, cookieValue: string): Promise<void> {
  await asActor(db, actor, (tx) => sql`select app.drop_way_back(${hashOf(cookieValue)})`.execute(tx));
}

/**
 * A draft is taken up again, once, by the phone that began it. The session that was lost ends.
 *
 * @returns the value of the new session's cookie
 * @throws DomainError `not_found`, for what was never left, was taken, or has words by now, alike
 */
export async function takeWayBack({ db }: { db: Db }, way: string): Promise<{ testimonyId: TestimonyId; cookie: string }> {
  const { cookie, hash } = newSession();
  const testimonyId = await asActor(db, VISITOR, async (tx) => {
    const { rows } = await sql<{ id: TestimonyId | null }>`select app.take_way_back(${hashOf(way)}, ${hash}) as id`.execute(tx);
    return rows[0]!.id;
  });
  if (!testimonyId) throw new DomainError('not_found');
  await asActor(db, { kind: 'contributor', testimonyId }, (tx) => recordEvent(tx, testimonyId, 'taken_up_again'));
  return { testimonyId, cookie };
}

import { createHash, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { VISITOR, type Contributor } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import type { TestimonyId } from '#platform/ids.ts';

/** The cookie of a receipt's session: 32 random bytes, base64url. The database knows only its SHA-256. */
export const SESSION_COOKIE = 'sawt_telling';

/** As long as the database carries a session on after its last use (R21). */
const DAYS = 14;

/** How the cookie is set. `secure` where the public origin is https. */
export function sessionCookie(origin: string) {
  return {
    path: '/',
    httpOnly: true,
    sameSite: 'strict' as const,
    secure: origin.startsWith('https:'),
    maxAge: DAYS * 24 * 3600
  };
}

/** A new session's cookie value and what the database keeps of it. */
export function newSession(): { cookie: string; hash: Buffer } {
  const cookie = randomBytes(32).toString('base64url');
  return { cookie, hash: hashOf(cookie) };
}

/**
 * Whom a cookie speaks for, and carries the session on. Anything that is no living session is nobody; it is never an error.
 * @throws DomainError `database_down`
 */
export async function contributorFromCookie(db: Db, cookieValue: string | undefined): Promise<Contributor | null> {
  if (!cookieValue || !/^[\w-]{43}$/.test(cookieValue)) return null;
  const testimonyId = await asActor(db, VISITOR, async (tx) => {
    const { rows } = await sql<{ id: TestimonyId | null }>`select app.resume_session(${hashOf(cookieValue)}) as id`.execute(tx);
    return rows[0]?.id ?? null;
  });
  return testimonyId && { kind: 'contributor', testimonyId };
}

/** Ends a session, on this browser only: the receipt and other browsers stay as they are. */
export async function closeSession({ db }: { db: Db }, cookieValue: string): Promise<void> {
  await asActor(db, VISITOR, (tx) => sql`select app.close_session(${hashOf(cookieValue)})`.execute(tx));
}

/** Whose recordings lie on a phone, without the phone knowing a testimony's id: 16 hex digits of its SHA-256. */
export function ownerTag({ testimonyId }: Contributor): string {
  return hashOf(testimonyId).toString('hex').slice(0, 16);
}

/** What the database keeps of a secret that has 256 bits of its own: its SHA-256. */
export function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

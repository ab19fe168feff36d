import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import * as v from 'valibot';
import type { Db } from './db.server.ts';
import type { MailId } from './ids.ts';
import { enqueue } from './jobs.server.ts';
import type { Mail } from './mail.server.ts';

export type MailKind = 'invite' | 'recovery' | 'magiclink' | 'email_change';
export type ToPost = Mail & { kind: MailKind; accountId: string; /** After this what it says no longer holds. */ goodUntil: Date };

/**
 * Puts a mail into the queue; a worker sends it, and tries again where the server is away. It lies there sealed: a link that lets somebody
 * in must not be had by reading the database.
 * @param secret SAWT_SECRET, which the worker has too
 */
export async function postMail(db: Db, secret: string, { kind, accountId, goodUntil, to, subject, text }: ToPost): Promise<void> {
  const id = randomUUID() as MailId;
  const sealed = seal(secret, id, { to, subject, text });
  await db.transaction().execute(async (tx) => {
    await sql`set local role enqueuer`.execute(tx);
    // The auth server's own path is another.
    await tx.withSchema('public').insertInto('mail').values({ id, kind, account_id: accountId, sealed, good_until: goodUntil }).execute();
    await enqueue(tx, 'send-mail', { mailId: id });
  });
}

const IV_BYTES = 12;
const TAG_BYTES = 16;
const keyOf = (secret: string) => Buffer.from(hkdfSync('sha256', Buffer.from(secret, 'hex'), '', 'sawt mail', 32));

/** AES-256-GCM, bound to the mail's id: iv, tag, ciphertext. */
function seal(secret: string, id: MailId, mail: Mail): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keyOf(secret), iv).setAAD(Buffer.from(id));
  const sealed = Buffer.concat([cipher.update(JSON.stringify(mail), 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]);
}

const Sealed = v.object({ to: v.string(), subject: v.string(), text: v.string() });

/** What was sealed, or null where it was sealed with another secret. */
export function unseal(secret: string, id: MailId, bytes: Buffer): Mail | null {
  const cipher = createDecipheriv('aes-256-gcm', keyOf(secret), bytes.subarray(0, IV_BYTES)).setAAD(Buffer.from(id));
  cipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  try {
    const opened = Buffer.concat([cipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), cipher.final()]);
    return v.parse(Sealed, JSON.parse(opened.toString('utf8')));
  } catch {
    return null;
  }
}

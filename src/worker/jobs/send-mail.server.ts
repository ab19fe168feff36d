import { sql } from 'kysely';
import { asSystem, type Db } from '#platform/db.server.ts';
import type { MailId } from '#platform/ids.ts';
import { unseal } from '#platform/mail-queue.server.ts';
import { MailNotSent } from '#platform/mail.server.ts';
import type { Handler } from '../handler.ts';

const KEPT_DAYS = 30;

/**
 * Hands one mail to the server. What the server will not take is given up at once, what it does not take now when the tries are over or
 * when what the mail says no longer holds; the desk shows which and why.
 */
export const sendMail: Handler<'send-mail'> = async ({ db, env, mailer }, { mailId }, { isLastTry, signal }) => {
  const waiting = await asSystem(db, (tx) =>
    tx.selectFrom('mail').select(['sealed', 'good_until']).where('id', '=', mailId).where('state', '=', 'waiting').executeTakeFirst()
  );
  if (!waiting) return;
  if (waiting.good_until < new Date()) return end(db, mailId, 'failed', 'too_late');
  const mail = unseal(env.SAWT_SECRET, mailId, waiting.sealed!);
  if (!mail) return end(db, mailId, 'failed', 'unreadable');
  signal.throwIfAborted();
  try {
    await mailer.send(mail, mailId);
  } catch (error) {
    if (!(error instanceof MailNotSent)) throw error;
    if (error.isFinal) return end(db, mailId, 'failed', error.code);
    await (isLastTry ? end(db, mailId, 'failed', error.code) : note(db, mailId, error.code));
    throw error;
  }
  await end(db, mailId, 'sent', null);
};

/** It waits on, and is seen to. */
async function note(db: Db, id: MailId, reason: string): Promise<void> {
  await asSystem(db, (tx) =>
    tx
      .updateTable('mail')
      .set({ reason, tries: sql`tries + 1`, changed_at: sql`now()` })
      .where('id', '=', id)
      .execute()
  );
}

/** Nobody needs its text any more. Mails of a month ago are forgotten with it. */
async function end(db: Db, id: MailId, state: 'sent' | 'failed', reason: string | null): Promise<void> {
  await asSystem(db, async (tx) => {
    await tx
      .updateTable('mail')
      .set({ state, reason, sealed: null, tries: sql`tries + 1`, changed_at: sql`now()` })
      .where('id', '=', id)
      .execute();
    await tx
      .deleteFrom('mail')
      .where('state', '<>', 'waiting')
      .where('queued_at', '<', sql<Date>`now() - make_interval(days => ${KEPT_DAYS})`)
      .execute();
  });
}

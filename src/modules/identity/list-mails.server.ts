import type { Account } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import type { MailId } from '#platform/ids.ts';
import type { MailTrouble } from '#platform/mail.server.ts';

export type MailAtDesk = {
  id: MailId;
  kind: 'invite' | 'recovery' | 'magiclink' | 'email_change';
  /** The person's name at the desk; null for an account that has none yet. */
  name: string | null;
  state: 'waiting' | 'sent' | 'failed';
  /** Why it waits on or was given up. */
  reason: MailTrouble | 'too_late' | 'unreadable' | null;
  tries: number;
  changedAt: Date;
};

/** How mails fare, those in trouble first, then newest first; 50 at most. Nothing for whoever is not an admin at the desk. */
export function listMails({ db }: { db: Db }, actor: Account): Promise<MailAtDesk[]> {
  return asActor(db, actor, async (tx) => {
    const rows = await tx
      .selectFrom('mail as m')
      .leftJoin('account as a', 'a.user_id', 'm.account_id')
      .select(['m.id', 'm.kind', 'a.display_name as name', 'm.state', 'm.reason', 'm.tries', 'm.changed_at as changedAt'])
      .orderBy((eb) => eb('m.state', '=', 'sent'))
      .orderBy('m.queued_at', 'desc')
      .limit(50)
      .execute();
    return rows as MailAtDesk[];
  });
}

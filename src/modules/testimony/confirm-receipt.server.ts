import { sql } from 'kysely';
import type { Contributor } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import type { Env } from '#platform/env.ts';
import { DomainError } from '#platform/errors.ts';
import { recordEvent } from '#modules/custody/record-event.server.ts';
import { hashWords } from './receipt.server.ts';

/**
 * The words are typed back before the person leaves, so that what they wrote down is known to be right.
 * @throws DomainError `receipt_wrong`, `too_many_requests`
 */
export async function confirmReceipt({ db, env }: { db: Db; env: Env }, actor: Contributor, typed: string): Promise<void> {
  const hash = await hashWords({ env }, typed);
  if (!hash) throw new DomainError('receipt_wrong');
  await asActor(db, actor, async (tx) => {
    const { rows } = await sql<{ right: boolean }>`select app.confirm_receipt(${hash}) as right`.execute(tx);
    if (!rows[0]!.right) throw new DomainError('receipt_wrong');
    await recordEvent(tx, actor.testimonyId, 'receipt_confirmed');
  });
}

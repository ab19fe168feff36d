import { sql } from 'kysely';
import { VISITOR } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import type { Env } from '#platform/env.ts';
import { DomainError } from '#platform/errors.ts';
import type { TestimonyId } from '#platform/ids.ts';
import { hashWords } from './receipt.server.ts';
import { newSession } from './session.server.ts';

/**
 * Someone returns with the words, on any device. Wrong words, guessed words and too few words answer alike.
 *
 * @returns the testimony they open and the value of the new session's cookie
 * @throws DomainError `receipt_unknown`, `too_many_requests`
 */
export async function openReceipt({ db, env }: { db: Db; env: Env }, typed: string): Promise<{ testimonyId: TestimonyId; cookie: string }> {
  const words = await hashWords({ env }, typed);
  if (!words) throw new DomainError('receipt_unknown');
  const { cookie, hash } = newSession();
  const testimonyId = await asActor(db, VISITOR, async (tx) => {
    const { rows } = await sql<{ id: TestimonyId | null }>`select app.open_receipt(${words}, ${hash}) as id`.execute(tx);
    return rows[0]!.id;
  });
  if (!testimonyId) throw new DomainError('receipt_unknown');
  return { testimonyId, cookie };
}

import { sql } from 'kysely';
import type { Locale } from '#i18n/locale.ts';
import type { Contributor } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import type { Env } from '#platform/env.ts';
import { DomainError } from '#platform/errors.ts';
import { recordEvent } from '#modules/custody/record-event.server.ts';
import { attempts } from './attempts.server.ts';
import { drawWords, hashWords } from './receipt.server.ts';

/** Each hash keeps everyone else's waiting: words are asked for anew a few times, not for ever. */
const drawings = attempts(10, 20_000);

/**
 * Eight new words. They replace earlier ones that were never typed back.
 *
 * @returns the words, which exist nowhere else from now on
 * @throws DomainError `wrong_state` once words were typed back: those stay the only ones; `too_many_requests`
 */
export async function makeReceipt({ db, env }: { db: Db; env: Env }, actor: Contributor, locale: Locale): Promise<string[]> {
  drawings.take(actor.testimonyId);
  const words = drawWords(locale);
  const hash = await hashWords({ env }, words.join(' '));
  await asActor(db, actor, async (tx) => {
    const { rows } = await sql<{ made: boolean }>`select app.set_receipt(${hash}) as made`.execute(tx);
    if (!rows[0]!.made) throw new DomainError('wrong_state');
    await recordEvent(tx, actor.testimonyId, 'receipt_made');
  });
  return words;
}

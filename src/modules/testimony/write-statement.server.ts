import { sql } from 'kysely';
import type { Contributor } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import type { Statement } from './schema.ts';
import { isBeingTold } from './rules.ts';

/**
 * Keeps what was written so far; asked every few words while someone writes. Empty text takes the statement back.
 * @throws DomainError `wrong_state` once the testimony was handed over
 */
export async function writeStatement({ db }: { db: Db }, actor: Contributor, { body }: Statement): Promise<void> {
  await asActor(db, actor, async (tx) => {
    const { state } = await tx.selectFrom('testimony').select('state').where('id', '=', actor.testimonyId).executeTakeFirstOrThrow();
    if (!isBeingTold(state)) throw new DomainError('wrong_state');
    if (!body.trim()) return tx.deleteFrom('statement').where('testimony_id', '=', actor.testimonyId).execute();
    return tx
      .insertInto('statement')
      .values({ testimony_id: actor.testimonyId, body })
      .onConflict((conflict) => conflict.column('testimony_id').doUpdateSet({ body, updated_at: sql`now()` }))
      .execute();
  });
}

/** What was written so far, or an empty text. */
export async function readStatement({ db }: { db: Db }, actor: Contributor): Promise<string> {
  return asActor(db, actor, async (tx) => {
    const row = await tx.selectFrom('statement').select('body').where('testimony_id', '=', actor.testimonyId).executeTakeFirst();
    return row?.body ?? '';
  });
}

import { sql } from 'kysely';
import type { Account } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import type { AccountId, CustodianKeyId } from '#platform/ids.ts';
import type { KeyNamed, NewKey } from './schema.ts';

export type CustodianKey = {
  id: CustodianKeyId;
  owner: string;
  ownerId: AccountId;
  fingerprint: string;
  addedAt: Date;
  confirmedBy: string | null;
  state: 'waiting' | 'in_force' | 'retired';
};

/** Every key there was, newest first, for custodians and admins; empty for anyone else. */
export function listKeys({ db }: { db: Db }, actor: Account): Promise<CustodianKey[]> {
  return asActor(db, actor, async (tx) => {
    const rows = await tx
      .selectFrom('custodian_key as k')
      .innerJoin('account as a', 'a.user_id', 'k.user_id')
      .leftJoin('account as c', 'c.user_id', 'k.confirmed_by')
      .select(['k.id', 'k.user_id', 'k.fingerprint', 'k.added_at', 'k.confirmed_at', 'k.retired_at'])
      .select(['a.display_name as owner', 'c.display_name as confirmedBy'])
      .orderBy('k.added_at', 'desc')
      .execute();
    return rows.map((row) => ({
      id: row.id as CustodianKeyId,
      owner: row.owner,
      ownerId: row.user_id as AccountId,
      fingerprint: row.fingerprint!,
      addedAt: row.added_at,
      confirmedBy: row.confirmedBy,
      state: row.retired_at ? 'retired' : row.confirmed_at ? 'in_force' : 'waiting'
    }));
  });
}

/**
 * A custodian gives the public half of a key. It counts once somebody else has compared its fingerprint with them.
 * @throws DomainError `not_found` for whoever is no custodian, `invalid_input` for a key that is known already
 */
export async function addKey({ db }: { db: Db }, actor: Account, { recipient }: NewKey): Promise<void> {
  const { numInsertedOrUpdatedRows } = await asActor(db, actor, (tx) =>
    tx
      .insertInto('custodian_key')
      .values({ recipient })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
  );
  if (!numInsertedOrUpdatedRows) throw new DomainError('invalid_input', { field: 'recipient' });
}

/**
 * Another custodian, or an admin, has heard the fingerprint from the custodian themselves: from now on identities are sealed to it.
 * @throws DomainError `not_found` (also: one's own), `wrong_state` for a retired one
 */
export async function confirmKey({ db }: { db: Db }, actor: Account, { keyId }: KeyNamed): Promise<void> {
  const { numUpdatedRows } = await asActor(db, actor, (tx) =>
    tx
      .updateTable('custodian_key')
      .set({ confirmed_by: actor.userId })
      .where('id', '=', keyId)
      .where('user_id', '!=', actor.userId)
      .executeTakeFirst()
  );
  if (!numUpdatedRows) throw new DomainError('not_found');
}

/**
 * Nothing is sealed to it any more. What was sealed before still opens with it.
 * @throws DomainError `not_found`, `wrong_state` when it was retired already
 */
export async function retireKey({ db }: { db: Db }, actor: Account, { keyId }: KeyNamed): Promise<void> {
  const { numUpdatedRows } = await asActor(db, actor, (tx) =>
    tx
      .updateTable('custodian_key')
      .set({ retired_at: sql`now()` })
      .where('id', '=', keyId)
      .executeTakeFirst()
  );
  if (!numUpdatedRows) throw new DomainError('not_found');
}

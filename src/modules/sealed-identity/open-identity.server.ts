import { sql } from 'kysely';
import type { Account } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import type { IdentityOpeningId, TestimonyId } from '#platform/ids.ts';
import type { OpeningAsked, OpeningNamed } from './schema.ts';

type Sealed = { testimony_id: TestimonyId; number: number; sealed_at: Date; sealed_to: string[] };

export type Opening = {
  id: IdentityOpeningId;
  number: number | null;
  reason: string;
  requestedBy: string;
  requestedAt: Date;
  agreedBy: string | null;
  timesOpened: number;
  isMine: boolean;
  /** `waiting` for a second person; `open` to whoever asked for an hour; then `over`. `gone`: there is no identity any more. */
  state: 'waiting' | 'open' | 'over' | 'gone';
};

/** Which testimonies have a sealed identity, and every opening that was asked for, newest first; for custodians. */
export function readIdentities({ db }: { db: Db }, actor: Account) {
  if (!actor.roles.includes('custodian')) throw new DomainError('not_found');
  return asActor(db, actor, async (tx) => {
    const { rows: sealed } = await sql<Sealed>`select * from app.sealed_identities()`.execute(tx);
    const rows = await tx
      .selectFrom('identity_opening as o')
      .innerJoin('account as r', 'r.user_id', 'o.requested_by')
      .leftJoin('account as g', 'g.user_id', 'o.agreed_by')
      .select(['o.id', 'o.testimony_id', 'o.reason', 'o.requested_by', 'o.requested_at', 'o.agreed_at', 'o.times_opened'])
      .select(['r.display_name as requestedBy', 'g.display_name as agreedBy'])
      .select(sql<boolean>`o.agreed_at > now() - interval '1 hour'`.as('fresh'))
      .orderBy('o.requested_at', 'desc')
      .limit(100)
      .execute();
    const openings = rows.map((row): Opening => {
      const about = sealed.find(({ testimony_id }) => testimony_id === row.testimony_id);
      return {
        id: row.id as IdentityOpeningId,
        number: about?.number ?? null,
        reason: row.reason,
        requestedBy: row.requestedBy,
        requestedAt: row.requested_at,
        agreedBy: row.agreedBy,
        timesOpened: row.times_opened,
        isMine: row.requested_by === actor.userId,
        state: !about ? 'gone' : !row.agreed_at ? 'waiting' : row.fresh ? 'open' : 'over'
      };
    });
    return {
      sealed: sealed.map(({ number, sealed_at, sealed_to }) => ({ number, sealedAt: sealed_at, keys: sealed_to.length })),
      openings
    };
  });
}

/**
 * A custodian asks to open an identity, with a reason. Nothing opens before another custodian agrees (R28).
 * @throws DomainError `not_found` when there is no sealed identity under this number
 */
export async function askToOpen({ db }: { db: Db }, actor: Account, { number, reason }: OpeningAsked): Promise<void> {
  await asActor(db, actor, async (tx) => {
    const { rows } = await sql<Sealed>`select * from app.sealed_identities() where number = ${number}`.execute(tx);
    if (!rows[0]) throw new DomainError('not_found');
    await tx.insertInto('identity_opening').values({ testimony_id: rows[0].testimony_id, reason }).execute();
  });
}

/**
 * The second person's word: for an hour, whoever asked may open it.
 * @throws DomainError `not_found` (also: asked for by oneself, or agreed to already)
 */
export async function agreeToOpen({ db }: { db: Db }, actor: Account, { openingId }: OpeningNamed): Promise<void> {
  const { numUpdatedRows } = await asActor(db, actor, (tx) =>
    tx.updateTable('identity_opening').set({ agreed_by: actor.userId }).where('id', '=', openingId).executeTakeFirst()
  );
  if (!numUpdatedRows) throw new DomainError('not_found');
}

/**
 * The ciphertext (base64), for the browser of the custodian who asked: only their key opens it. The database records that it was given.
 * @throws DomainError `not_found` for everyone and everything else
 */
export async function openIdentity({ db }: { db: Db }, actor: Account, { openingId }: OpeningNamed): Promise<string> {
  return asActor(db, actor, async (tx) => {
    const { rows } = await sql<{ sealed: Buffer | null }>`select app.open_identity(${openingId}) as sealed`.execute(tx);
    if (!rows[0]?.sealed) throw new DomainError('not_found');
    return rows[0].sealed.toString('base64');
  });
}

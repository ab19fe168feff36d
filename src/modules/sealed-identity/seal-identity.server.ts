import { sql } from 'kysely';
import { recordEvent } from '#modules/custody/record-event.server.ts';
import type { Contributor } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import type { SealedIdentity } from './schema.ts';
import type { Recipient } from './seal.ts';

/** Whom a browser seals to now; none: the archive has no custodian whose key somebody else confirmed, and takes no identity. */
export function custodianRecipients({ db }: { db: Db }, actor: Contributor): Promise<Recipient[]> {
  return asActor(db, actor, async (tx) => (await sql<Recipient>`select * from app.custodian_recipients()`.execute(tx)).rows);
}

/** When an identity was sealed, or null. What it holds nobody can say here, not even its own person's browser. */
export function sealedSince({ db }: { db: Db }, actor: Contributor): Promise<Date | null> {
  return asActor(db, actor, async (tx) => {
    const row = await tx.selectFrom('sealed_identity').select('sealed_at').where('testimony_id', '=', actor.testimonyId).executeTakeFirst();
    return row?.sealed_at ?? null;
  });
}

/**
 * Keeps an identity that was sealed in the browser, in place of an earlier one. The log keeps that it was, and to which keys.
 * @throws DomainError `custodians_changed` when a key is no longer in force, `not_found` after a withdrawal
 */
export async function sealIdentity({ db }: { db: Db }, actor: Contributor, { ciphertext, sealedTo }: SealedIdentity): Promise<void> {
  const { testimonyId } = actor;
  await asActor(db, actor, async (tx) => {
    // Not an upsert: that would need the right to read the ciphertext, which nobody here has.
    await tx.deleteFrom('sealed_identity').where('testimony_id', '=', testimonyId).execute();
    await tx.insertInto('sealed_identity').values({ testimony_id: testimonyId, ciphertext, sealed_to: sealedTo }).execute();
    await recordEvent(tx, testimonyId, 'identity_sealed', { sealedTo });
  });
}

/** The person takes it back: it is destroyed at once. */
export async function takeBackIdentity({ db }: { db: Db }, actor: Contributor): Promise<void> {
  const { testimonyId } = actor;
  await asActor(db, actor, async (tx) => {
    const { numDeletedRows } = await tx.deleteFrom('sealed_identity').where('testimony_id', '=', testimonyId).executeTakeFirst();
    if (numDeletedRows) await recordEvent(tx, testimonyId, 'identity_taken_back');
  });
}

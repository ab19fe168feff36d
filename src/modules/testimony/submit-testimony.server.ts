import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Contributor } from '#platform/actor.ts';
import { asActor, type Db, type Tx } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import { enqueue } from '#platform/jobs.server.ts';
import { recordEvent } from '#modules/custody/record-event.server.ts';
import { consentInForce } from '#modules/consent/consent-in-force.server.ts';
import { next } from './rules.ts';

/**
 * The person hands over what they told. The log binds the consent's hash to those of the recordings (R8).
 *
 * @throws DomainError `wrong_state`; `nothing_to_submit` with what is `missing`: keep (consent), receipt, arrival (of a recording) or content
 */
export async function submitTestimony({ db }: { db: Db }, actor: Contributor): Promise<void> {
  const { testimonyId } = actor;
  await asActor(db, actor, async (tx) => {
    await mayBeSubmitted(tx, actor);
    const consent = await consentInForce(tx, testimonyId);
    if (consent?.answers.keep !== 'yes') throw new DomainError('nothing_to_submit', { missing: 'keep' });
    const { recordings, statement } = await whatWasTold(tx);

    const medium = recordings.some(({ kind }) => kind === 'video') ? 'video' : recordings.length ? 'audio' : 'written';
    await tx.updateTable('testimony').set({ state: 'submitted', medium }).where('id', '=', testimonyId).execute();
    await recordEvent(tx, testimonyId, 'consent_given', consent.evidence);
    await recordEvent(tx, testimonyId, 'submitted', {
      consentSha256: consent.evidence.sha256,
      recordings: recordings.map(({ id, sha256 }) => ({ id, sha256 })),
      ...(statement && { statementSha256: createHash('sha256').update(statement.body).digest('hex') })
    });
    if (statement) await enqueue(tx, 'take-in-statement', { testimonyId });
  });
}

async function mayBeSubmitted(tx: Tx, { testimonyId }: Contributor): Promise<void> {
  const { state } = await tx.selectFrom('testimony').select('state').where('id', '=', testimonyId).forUpdate().executeTakeFirstOrThrow();
  if (!next(state, 'submit')) throw new DomainError('wrong_state');
  const { rows } = await sql<{ receipt: 'made' | 'confirmed' | null }>`select app.has_receipt() as receipt`.execute(tx);
  if (rows[0]!.receipt !== 'confirmed') throw new DomainError('nothing_to_submit', { missing: 'receipt' });
}

/** Recordings that were refused are not handed over; one that is still on its way holds everything back. */
async function whatWasTold(tx: Tx) {
  const all = await tx.selectFrom('recording').select(['id', 'kind', 'state', 'sha256']).orderBy('position').execute();
  if (all.some(({ state }) => state === 'expected')) throw new DomainError('nothing_to_submit', { missing: 'arrival' });
  const recordings = all.filter(({ state }) => state === 'received' || state === 'verified');
  const statement = await tx.selectFrom('statement').select('body').executeTakeFirst();
  if (!recordings.length && !statement) throw new DomainError('nothing_to_submit', { missing: 'content' });
  return { recordings, statement };
}

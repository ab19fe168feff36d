import { sql } from 'kysely';
import { recordEvent } from '#modules/custody/record-event.server.ts';
import { unmetBy } from '#modules/redaction/seal-edit-list.server.ts';
import { APPROVALS_NEEDED, next } from '#modules/testimony/rules.ts';
import type { Actor } from '#platform/actor.ts';
import { asActor, type Db, type Tx } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import type { TestimonyId } from '#platform/ids.ts';
import { enqueue } from '#platform/jobs.server.ts';
import type { Approval } from './schema.ts';

/**
 * One reviewer approves the public version they watched. The second, different one moves the testimony to `approved`
 * and starts the cooling-off.
 *
 * @returns how many approvals are still missing (0 or 1)
 * @throws DomainError `not_found` (also: not yours to see), `wrong_state`, `stale_edit_list` (also: words changed since the page was read), `consent_unmet` when consent changed since
 *   the edit list was sealed, and, from the database's own checks, `risk_not_assessed`, `already_decided_by_you`, `own_submission`
 */
export function approveTestimony({ db }: { db: Db }, actor: Actor, approval: Approval): Promise<number> {
  return asActor(db, actor, async (tx) => {
    const testimony = await underReview(tx, approval.testimonyId);
    if (testimony.edit_list_id !== approval.editListId) throw new DomainError('stale_edit_list');
    if (approval.wordsRead && approval.wordsRead !== (await wordsOf(tx, approval.testimonyId))) throw new DomainError('stale_edit_list');
    await stillConsented(tx, approval);

    await tx
      .insertInto('decision')
      .values({ testimony_id: testimony.id, edit_list_id: approval.editListId, verdict: 'approve', reason: approval.reason })
      .execute();
    const missing = APPROVALS_NEEDED - (await approvals(tx, approval));

    if (missing <= 0) await tx.updateTable('testimony').set({ state: 'approved' }).where('id', '=', testimony.id).execute();
    await recordEvent(tx, approval.testimonyId, 'approved_by_one', { edit_list_id: approval.editListId });
    if (missing <= 0) await enqueue(tx, 'start-cooling-off', { testimonyId: approval.testimonyId });
    return Math.max(missing, 0);
  });
}

/** The row is locked, so that two reviewers who approve at once are counted one after the other. */
async function underReview(tx: Tx, id: TestimonyId) {
  const testimony = await tx
    .selectFrom('testimony')
    .select(['id', 'state', 'edit_list_id'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (!testimony) throw new DomainError('not_found');
  if (!next(testimony.state, 'approve')) throw new DomainError('wrong_state');
  return testimony;
}

/** What the edition would say now: SHA-256, lower case hex. */
export async function wordsOf(tx: Tx, testimonyId: TestimonyId): Promise<string> {
  const { rows } = await sql<{ words: string }>`select app.words_of(${testimonyId}) as words`.execute(tx);
  return rows[0]!.words;
}

async function stillConsented(tx: Tx, { testimonyId, editListId }: Approval): Promise<void> {
  const list = await tx
    .selectFrom('edit_list')
    .select(['id', 'audio_only', 'disguise_voice', 'blur_picture'])
    .where('id', '=', editListId)
    .executeTakeFirstOrThrow();
  const [unmet] = await unmetBy(tx, testimonyId, list);
  if (unmet) throw new DomainError('consent_unmet', { demand: unmet });
}

async function approvals(tx: Tx, { testimonyId, editListId }: Approval): Promise<number> {
  const row = await tx
    .selectFrom('decision')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('testimony_id', '=', testimonyId)
    .where('edit_list_id', '=', editListId)
    .where('verdict', '=', 'approve')
    .executeTakeFirstOrThrow();
  return Number(row.n);
}

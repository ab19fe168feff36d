import * as v from 'valibot';
import { recordEvent } from '#modules/custody/record-event.server.ts';
import { sendIn } from '#modules/messages/send-message.server.ts';
import { next } from '#modules/testimony/rules.ts';
import type { Contributor } from '#platform/actor.ts';
import { asActor, type Db, type Tx } from '#platform/db.server.ts';
import { idOf, type EditListId, type TestimonyId } from '#platform/ids.ts';
import { enqueue } from '#platform/jobs.server.ts';

const Shown = { editListId: idOf<EditListId>(), shown: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)) };
export const EditionAnswer = v.variant('verdict', [
  v.object({ ...Shown, verdict: v.literal('publish') }),
  v.object({
    ...Shown,
    verdict: v.literal('not_yet'),
    /** What has to change first; the desk reads it as a message. May be left empty (R17). */
    please: v.pipe(v.optional(v.string(), ''), v.trim(), v.maxLength(8_000))
  })
]);
export type EditionAnswer = v.InferOutput<typeof EditionAnswer>;

/**
 * The person says yes to exactly the public version they were shown, or not yet. After a yes it is published when the cooling-off is
 * over; "not yet" leads back to the desk at once, also out of the cooling-off.
 *
 * @throws DomainError from the database's own checks: `stale_edit_list` when it is not what would be published now, `wrong_state`
 */
export async function answerEdition({ db }: { db: Db }, actor: Contributor, answer: EditionAnswer): Promise<void> {
  const { testimonyId } = actor;
  await asActor(db, actor, async (tx) => {
    const testimony = await lockMine(tx, testimonyId);
    const { editListId, shown, verdict } = answer;
    await tx.insertInto('edition_answer').values({ testimony_id: testimonyId, edit_list_id: editListId, verdict, shown }).execute();
    await recordEvent(tx, testimonyId, verdict === 'publish' ? 'edition_accepted' : 'edition_put_off', { edit_list_id: editListId, shown });
    if (verdict === 'publish') return publishWhenDue(tx, testimonyId, testimony);
    if (answer.please) await sendIn(tx, actor, { body: answer.please });
    const state = next(testimony.state, 'hold');
    if (state) await tx.updateTable('testimony').set({ state }).where('id', '=', testimonyId).execute();
  });
}

export const LeavingToArchive = v.object({
  left: v.pipe(
    v.picklist(['yes', 'no']),
    v.transform((said) => said === 'yes')
  )
});
export type LeavingToArchive = v.InferOutput<typeof LeavingToArchive>;

/** The person expressly leaves it to the archive to publish without their yes, or wants to be asked again (R12). */
export async function leaveToArchive({ db }: { db: Db }, actor: Contributor, { left }: LeavingToArchive): Promise<void> {
  const { testimonyId } = actor;
  await asActor(db, actor, async (tx) => {
    const testimony = await lockMine(tx, testimonyId);
    await tx.updateTable('testimony').set({ left_to_archive: left }).where('id', '=', testimonyId).execute();
    await recordEvent(tx, testimonyId, left ? 'edition_left_to_archive' : 'edition_asked_for_again');
    if (left) await publishWhenDue(tx, testimonyId, testimony);
  });
}

function lockMine(tx: Tx, testimonyId: TestimonyId) {
  return tx.selectFrom('testimony').select(['state', 'publish_after']).where('id', '=', testimonyId).forUpdate().executeTakeFirstOrThrow();
}

/** The job that found no yes ended: a yes brings the next one. */
async function publishWhenDue(tx: Tx, testimonyId: TestimonyId, { state, publish_after }: Awaited<ReturnType<typeof lockMine>>) {
  if (state === 'scheduled') await enqueue(tx, 'publish-testimony', { testimonyId }, { startAfter: publish_after! });
}

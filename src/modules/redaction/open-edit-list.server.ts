import { randomUUID } from 'node:crypto';
import type { Actor } from '#platform/actor.ts';
import { asActor, type Db, type Tx } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import type { EditListId, TestimonyId } from '#platform/ids.ts';
import { disguiseConsentAsks } from './rules.ts';

/**
 * The edit list that may be changed now: the one in force while it is open and undecided, else the next number, copied from it.
 * From then on the new one is in force, so that nobody approves what is being changed.
 * @throws DomainError `not_found`, `wrong_state` when it is no longer under review
 */
export function openEditList({ db }: { db: Db }, actor: Actor, { testimonyId }: { testimonyId: TestimonyId }): Promise<EditListId> {
  return asActor(db, actor, (tx) => editListToChange(tx, testimonyId));
}

/** The same inside another use case's transaction. The testimony's row is locked: two people open one list, not two. */
export async function editListToChange(tx: Tx, testimonyId: TestimonyId): Promise<EditListId> {
  const testimony = await tx
    .selectFrom('testimony')
    .select(['edit_list_id', 'state'])
    .where('id', '=', testimonyId)
    .forUpdate()
    .executeTakeFirst();
  if (!testimony) throw new DomainError('not_found');
  if (!['submitted', 'in_review', 'changes_requested'].includes(testimony.state)) throw new DomainError('wrong_state');

  const current = testimony.edit_list_id === null ? undefined : await editList(tx, testimony.edit_list_id);
  if (current && !current.sealed_at && !current.decided) return current.id as EditListId;
  return current ? copy(tx, testimonyId, current) : begin(tx, testimonyId);
}

type Current = { id: string; audio_only: boolean; disguise_voice: boolean; blur_picture: boolean };

async function editList(tx: Tx, id: string) {
  return tx
    .selectFrom('edit_list as l')
    .select(['l.id', 'l.audio_only', 'l.disguise_voice', 'l.blur_picture', 'l.sealed_at'])
    .select((eb) => eb.exists(eb.selectFrom('decision as d').select('d.id').whereRef('d.edit_list_id', '=', 'l.id')).as('decided'))
    .where('l.id', '=', id)
    .executeTakeFirst();
}

async function begin(tx: Tx, testimonyId: TestimonyId): Promise<EditListId> {
  const consent = await tx.selectFrom('live_consent').select(['face', 'voice']).where('testimony_id', '=', testimonyId).executeTakeFirst();
  const media = await tx
    .selectFrom('recording')
    .select('kind')
    .where('testimony_id', '=', testimonyId)
    .where('state', '=', 'verified')
    .execute();
  const asked = disguiseConsentAsks(
    consent ?? { face: false, voice: false },
    media.map(({ kind }) => kind)
  );
  return number(tx, testimonyId, { audio_only: asked.audioOnly, disguise_voice: asked.disguiseVoice, blur_picture: asked.blurPicture });
}

async function copy(tx: Tx, testimonyId: TestimonyId, { id, audio_only, disguise_voice, blur_picture }: Current): Promise<EditListId> {
  const next = await number(tx, testimonyId, { audio_only, disguise_voice, blur_picture });
  await tx
    .insertInto('redaction')
    .columns(['edit_list_id', 'testimony_id', 'recording_id', 'start_ms', 'end_ms', 'treatment', 'reason'])
    .expression((eb) =>
      eb
        .selectFrom('redaction')
        .select((s) => [s.val(next).as('edit_list_id'), 'testimony_id', 'recording_id', 'start_ms', 'end_ms', 'treatment', 'reason'])
        .where('edit_list_id', '=', id)
    )
    .execute();
  return next;
}

async function number(tx: Tx, testimonyId: TestimonyId, disguise: Omit<Current, 'id'>): Promise<EditListId> {
  const id = randomUUID() as EditListId;
  const { last } = await tx
    .selectFrom('edit_list')
    .select((eb) => eb.fn.max('number').as('last'))
    .where('testimony_id', '=', testimonyId)
    .executeTakeFirstOrThrow();
  await tx
    .insertInto('edit_list')
    .values({ id, testimony_id: testimonyId, number: (last ?? 0) + 1, ...disguise })
    .execute();
  await tx.updateTable('testimony').set({ edit_list_id: id }).where('id', '=', testimonyId).execute();
  return id;
}

import { recordEvent } from '#modules/custody/record-event.server.ts';
import type { Actor } from '#platform/actor.ts';
import { asActor, type Db, type Tx } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import type { TestimonyId } from '#platform/ids.ts';
import { enqueue } from '#platform/jobs.server.ts';
import { unmetConsent, type Recorded, type Unmet } from './rules.ts';
import type { Sealing } from './schema.ts';

/**
 * Closes the edit list in force for ever and asks for its rendition: what two people then watch and approve.
 * @throws DomainError `not_found`, `stale_edit_list` when it is sealed already or no longer in force, `consent_unmet` with the first
 *   demand of live consent that it does not meet (R4)
 */
export function sealEditList({ db }: { db: Db }, actor: Actor, { testimonyId, editListId }: Sealing): Promise<void> {
  return asActor(db, actor, async (tx) => {
    const list = await inForce(tx, testimonyId);
    if (list.id !== editListId || list.sealed_at) throw new DomainError('stale_edit_list');
    const [unmet] = await unmetBy(tx, testimonyId, list);
    if (unmet) throw new DomainError('consent_unmet', { demand: unmet });

    await tx.updateTable('edit_list').set({ sealed_at: new Date() }).where('id', '=', editListId).execute();
    await recordEvent(tx, testimonyId, 'edit_list_sealed', { edit_list_id: editListId, number: list.number });
    await enqueue(tx, 'render-public', { editListId });
  });
}

async function inForce(tx: Tx, testimonyId: TestimonyId) {
  const list = await tx
    .selectFrom('testimony as t')
    .innerJoin('edit_list as l', 'l.id', 't.edit_list_id')
    .select(['l.id', 'l.number', 'l.sealed_at', 'l.audio_only', 'l.disguise_voice', 'l.blur_picture'])
    .where('t.id', '=', testimonyId)
    .forUpdate('t')
    .executeTakeFirst();
  if (!list) throw new DomainError('not_found');
  return list;
}

type Disguised = { id: string; audio_only: boolean; disguise_voice: boolean; blur_picture: boolean };

/** What the consent in force still asks of an edit list; the pages show it before anyone tries to seal. */
export async function unmetBy(tx: Tx, testimonyId: TestimonyId, list: Disguised): Promise<Unmet[]> {
  const consent = await tx.selectFrom('live_consent').select(['face', 'voice']).where('testimony_id', '=', testimonyId).executeTakeFirst();
  const media = await tx
    .selectFrom('recording')
    .select(['id', 'kind', 'duration_ms'])
    .where('testimony_id', '=', testimonyId)
    .where('state', '=', 'verified')
    .execute();
  const cuts = await tx
    .selectFrom('redaction')
    .select(['recording_id', 'start_ms', 'end_ms'])
    .where('edit_list_id', '=', list.id)
    .where('treatment', '=', 'cut')
    .execute();
  const recorded = media.map(({ id, kind, duration_ms }): Recorded => ({
    kind,
    durationMs: duration_ms,
    cuts: cuts.filter((cut) => cut.recording_id === id).map(({ start_ms, end_ms }) => ({ startMs: start_ms, endMs: end_ms }))
  }));
  const disguise = { audioOnly: list.audio_only, disguiseVoice: list.disguise_voice, blurPicture: list.blur_picture };
  return unmetConsent(consent ?? { face: false, voice: false }, disguise, recorded);
}

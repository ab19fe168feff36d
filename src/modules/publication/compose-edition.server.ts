import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { sql } from 'kysely';
import * as v from 'valibot';
import type { MediaStore } from '#engines/store/port.ts';
import type { Tx } from '#platform/db.server.ts';
import type { EditListId, TestimonyId } from '#platform/ids.ts';
import { keepsTo, type Disguise } from './disguise.ts';
import type { Edition, Named, Passage } from './edition.ts';
import {
  gatherDescriptions,
  gatherPassages,
  gatherThemes,
  gatherWarnings,
  publicRedactions,
  type Due,
  type PublicMedium
} from './gather-edition.server.ts';

/** All that an edition says, but its number and date: made alike for whoever publishes it and for the person who is shown it first (R24). */
export type Composed = Pick<
  Edition,
  | 'language'
  | 'medium'
  | 'chosenName'
  | 'descriptions'
  | 'facility'
  | 'yearFrom'
  | 'yearTo'
  | 'themes'
  | 'warnings'
  | 'redactions'
  | 'sha256'
  | 'passages'
  | 'isSample'
>;

/** What the rows of a testimony and of its edit list in force say of its edition. The testimony's row is locked where `lock` says so. */
export async function readEditionInForce(tx: Tx, testimonyId: TestimonyId, lock: 'lock' | 'look') {
  const query = tx
    .selectFrom('testimony as t')
    .innerJoin('edit_list as l', 'l.id', 't.edit_list_id')
    .leftJoin('live_consent as c', 'c.testimony_id', 't.id')
    .leftJoin('facility as f', 'f.id', 't.facility_id')
    .select(['t.state', 't.edit_list_id', 't.language', 't.medium', 't.chosen_name', 't.year_from', 't.year_to', 't.is_sample'])
    .select(['t.publish_after', 't.left_to_archive', 't.asks_person'])
    .select(['l.sealed_at', 'l.rendered_at', 'c.name', 'c.place', 'f.slug', 'f.name_ar', 'f.name_en'])
    .select(sql<boolean>`t.publish_after <= now()`.as('is_due'))
    .select(sql<boolean>`app.may_be_published(t)`.as('may_be_published'))
    .select(sql<'publish' | 'not_yet' | null>`app.persons_answer(t.id)`.as('answer'))
    .where('t.id', '=', testimonyId);
  const row = await (lock === 'lock' ? query.forUpdate('t') : query).executeTakeFirst();
  if (!row?.edit_list_id || !row.sealed_at || !row.rendered_at) return null;
  // A name and a place are shown by their own consent (R4).
  const facility: Named | null = row.place && row.slug ? { slug: row.slug, ar: row.name_ar!, en: row.name_en! } : null;
  const due: Due = {
    id: testimonyId,
    editListId: row.edit_list_id as EditListId,
    sealedAt: row.sealed_at,
    language: row.language,
    medium: row.medium ?? 'written',
    chosenName: row.name ? row.chosen_name : null,
    facility,
    yearFrom: row.year_from,
    yearTo: row.year_to,
    isSample: row.is_sample
  };
  return { ...row, due };
}

export async function composeEdition(tx: Tx, due: Due, media: readonly PublicMedium[]): Promise<Composed> {
  const warnings = await gatherWarnings(tx, due.id, media[0]);
  const passages = await gatherPassages(tx, due, media, warnings);
  return {
    language: due.language,
    medium: mediumOf(due, media),
    chosenName: due.chosenName,
    descriptions: await gatherDescriptions(tx, due.id),
    facility: due.facility,
    yearFrom: due.yearFrom,
    yearTo: due.yearTo,
    themes: await gatherThemes(tx, due.id),
    warnings,
    redactions: publicRedactions(media),
    sha256: editionHash(passages, media),
    passages,
    isSample: due.isSample
  };
}

/** What is public of it: a video of which only the sound is shown is sound. */
function mediumOf({ medium }: Due, media: readonly PublicMedium[]): Due['medium'] {
  if (!media.length) return 'written';
  return media.some(({ kind }) => kind === 'video') ? 'video' : medium === 'written' ? 'written' : 'audio';
}

/** Over passages in order, as they are shown, and the media's own hashes. */
function editionHash(passages: readonly Passage[], media: readonly PublicMedium[]): string {
  const said = passages.map(({ text, translations, startMs, endMs, speaker }) => [startMs, endMs, speaker, text, translations]);
  return createHash('sha256')
    .update(JSON.stringify([said, media.map(({ sha256 }) => sha256)]))
    .digest('hex');
}

const PeaksFile = v.object({ peaks: v.array(v.number()) });

/** Loudness 0..100, evenly over a public rendition's length. */
export function readPeaks({ store }: { store: MediaStore }, { peaksKey }: PublicMedium): Promise<number[]> {
  return store.withLocalFile(peaksKey, async (file) => v.parse(PeaksFile, JSON.parse(await readFile(file, 'utf8'))).peaks);
}

const RenderedDetail = v.object({ audioOnly: v.boolean(), disguiseVoice: v.boolean(), blurPicture: v.boolean() });

/** Whether a rendition shows more than the person's answers allow now. The log says how each was disguised. */
export async function consentBecameNarrower(tx: Tx, { id, editListId }: Due, media: readonly PublicMedium[]): Promise<boolean> {
  const traits = await tx.selectFrom('live_consent').select(['face', 'voice']).where('testimony_id', '=', id).executeTakeFirst();
  for (const { recordingId, kind, sha256 } of media) {
    const event = await tx
      .selectFrom('custody_event')
      .select('detail')
      .where('testimony_id', '=', id)
      .where('kind', '=', 'public_rendition_made')
      .where(
        sql<boolean>`detail ->> 'edit_list' = ${editListId} and detail ->> 'recording' = ${recordingId} and detail ->> 'sha256' = ${sha256}`
      )
      .orderBy('position', 'desc')
      .executeTakeFirstOrThrow();
    const rendered: Disguise = v.parse(RenderedDetail, event.detail);
    const shown = { ...rendered, audioOnly: rendered.audioOnly || kind === 'audio' };
    if (!keepsTo(shown, traits ?? { face: false, voice: false })) return true;
  }
  return false;
}

import { createHash } from 'node:crypto';
import { copyFile, constants, readFile } from 'node:fs/promises';
import path from 'node:path';
import { sql } from 'kysely';
import * as v from 'valibot';
import { recordEvent } from '#modules/custody/record-event.server.ts';
import { next } from '#modules/testimony/rules.ts';
import { asSystem, type Tx } from '#platform/db.server.ts';
import type { Deps } from '#platform/deps.server.ts';
import type { EditListId, PublicationMediumId, TestimonyId } from '#platform/ids.ts';
import { enqueue } from '#platform/jobs.server.ts';
import { keepsTo, type Disguise } from './disguise.ts';
import { publicMediumId, publicMediumKey } from './public-medium.ts';
import type { Named, Passage } from './edition.ts';
import {
  gatherDescriptions,
  gatherMedia,
  gatherPassages,
  gatherThemes,
  gatherWarnings,
  publicRedactions,
  type Due,
  type PublicMedium
} from './gather-edition.server.ts';

type Parts = Pick<Deps, 'db' | 'store'>;

/**
 * Makes the edition of a testimony whose cooling-off is over: what two people watched and approved, copied to where the public reaches
 * it, with its text. Does nothing when it is published already or was withdrawn. Where consent became narrower since the
 * rendition was made, that is made anew first.
 * @param folder an empty one of the caller's, on the disk of the media
 */
export async function publishTestimony(deps: Parts, { testimonyId, folder }: { testimonyId: TestimonyId; folder: string }): Promise<void> {
  const media = await asSystem(deps.db, (tx) => mediaDue(tx, testimonyId));
  if (!media) return;
  const copies: PublicCopy[] = [];
  for (const medium of media) copies.push(await copyForPublic(deps, medium, folder));
  const published = await asSystem(deps.db, (tx) => publish(tx, testimonyId, copies));
  // Withdrawn while the files were copied: nobody would ever take them away again.
  if (!published) for (const { key } of copies) await deps.store.remove(key);
}

/** @returns null when there is nothing to publish now */
async function mediaDue(tx: Tx, testimonyId: TestimonyId): Promise<PublicMedium[] | null> {
  const due = await readDue(tx, testimonyId);
  if (!due) return null;
  const media = await gatherMedia(tx, due.editListId);
  if (await consentBecameNarrower(tx, due, media)) {
    await askForAnotherRendition(tx, due);
    return null;
  }
  return media;
}

/** @returns null when it is not (or no longer) to be published, or not yet: then this job comes again when it is */
async function readDue(tx: Tx, testimonyId: TestimonyId): Promise<Due | null> {
  const row = await tx
    .selectFrom('testimony as t')
    .innerJoin('edit_list as l', 'l.id', 't.edit_list_id')
    .leftJoin('live_consent as c', 'c.testimony_id', 't.id')
    .leftJoin('facility as f', 'f.id', 't.facility_id')
    .select([
      't.id',
      't.state',
      't.edit_list_id',
      't.language',
      't.medium',
      't.chosen_name',
      't.year_from',
      't.year_to',
      't.is_sample',
      't.publish_after'
    ])
    .select(['l.sealed_at', 'l.rendered_at', 'c.name', 'c.place', 'f.slug', 'f.name_ar', 'f.name_en'])
    .select(sql<boolean>`t.publish_after <= now()`.as('is_due'))
    .where('t.id', '=', testimonyId)
    .forUpdate('t')
    .executeTakeFirst();
  if (!row || !next(row.state, 'publish') || !row.edit_list_id || !row.sealed_at || !row.rendered_at) return null;
  if (!row.is_due) {
    await enqueue(tx, 'publish-testimony', { testimonyId }, { startAfter: row.publish_after! });
    return null;
  }
  // A name and a place are shown by their own consent (R4).
  const facility: Named | null = row.place && row.slug ? { slug: row.slug, ar: row.name_ar!, en: row.name_en! } : null;
  return {
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
}

const RenderedDetail = v.object({ audioOnly: v.boolean(), disguiseVoice: v.boolean(), blurPicture: v.boolean() });

/** The log says how each rendition was disguised. */
async function consentBecameNarrower(tx: Tx, { id, editListId }: Due, media: readonly PublicMedium[]): Promise<boolean> {
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

/** The sealed list stays what it is; its files are made again, stricter, and this job comes again after them. */
async function askForAnotherRendition(tx: Tx, { id, editListId }: Due): Promise<void> {
  await tx.deleteFrom('rendition').where('edit_list_id', '=', editListId).execute();
  await tx.updateTable('edit_list').set({ rendered_at: null }).where('id', '=', editListId).execute();
  await enqueue(tx, 'render-public', { editListId });
  await enqueue(tx, 'publish-testimony', { testimonyId: id }, { startAfter: new Date(Date.now() + 60_000) });
}

type PublicCopy = PublicMedium & { id: PublicationMediumId; key: string; peaks: number[] };

const PeaksFile = v.object({ peaks: v.array(v.number()) });

/** Under a key of its own: the public reaches nothing that the desk uses. Made twice, it lies there once. */
async function copyForPublic({ store }: Parts, medium: PublicMedium, folder: string): Promise<PublicCopy> {
  const id = publicMediumId(medium);
  const key = publicMediumKey(id);
  const copy = path.join(folder, id);
  await store.withLocalFile(medium.storeKey, (file) => copyFile(file, copy, constants.COPYFILE_FICLONE));
  const held = await store.putFile(key, copy);
  if (held.sha256 !== medium.sha256) throw new Error('the copy for the public is not what was approved');
  const peaks = await store.withLocalFile(medium.peaksKey, async (file) => v.parse(PeaksFile, JSON.parse(await readFile(file, 'utf8'))));
  return { ...medium, id, key, peaks: peaks.peaks };
}

/** @returns whether it is published now */
async function publish(tx: Tx, testimonyId: TestimonyId, media: readonly PublicCopy[]): Promise<boolean> {
  const due = await readDue(tx, testimonyId);
  if (!due) return isPublished(tx, testimonyId);
  const warnings = await gatherWarnings(tx, testimonyId, media[0]);
  const passages = await gatherPassages(tx, due, media, warnings);
  const sha256 = editionHash(passages, media);
  const edition = await nextEdition(tx, testimonyId);

  const { id } = await tx
    .insertInto('publication')
    .values({
      testimony_id: testimonyId,
      edition,
      edit_list_id: due.editListId,
      language: due.language,
      medium: mediumOf(due, media),
      chosen_name: due.chosenName,
      descriptions: JSON.stringify(await gatherDescriptions(tx, testimonyId)),
      facility: due.facility && JSON.stringify(due.facility),
      year_from: due.yearFrom,
      year_to: due.yearTo,
      themes: JSON.stringify(await gatherThemes(tx, testimonyId)),
      warnings: JSON.stringify(warnings),
      redactions: JSON.stringify(publicRedactions(media)),
      sha256,
      is_sample: due.isSample
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await insertPassages(tx, { publicationId: id, testimonyId }, passages);
  await insertMedia(tx, { publicationId: id, testimonyId }, media);
  await tx.updateTable('testimony').set({ state: 'published' }).where('id', '=', testimonyId).execute();
  await recordEvent(tx, testimonyId, 'published', { publication: id, edition, sha256, passages: passages.length });
  await enqueue(tx, 'index-testimony', { testimonyId });
  return true;
}

async function isPublished(tx: Tx, testimonyId: TestimonyId): Promise<boolean> {
  const testimony = await tx.selectFrom('testimony').select('state').where('id', '=', testimonyId).executeTakeFirst();
  return testimony?.state === 'published';
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

async function nextEdition(tx: Tx, testimonyId: TestimonyId): Promise<number> {
  const { last } = await tx
    .selectFrom('publication')
    .select((eb) => eb.fn.max('edition').as('last'))
    .where('testimony_id', '=', testimonyId)
    .executeTakeFirstOrThrow();
  return (last ?? 0) + 1;
}

type Of = { publicationId: string; testimonyId: TestimonyId };
/** Postgres takes 65,535 parameters in one statement. */
const ROWS_AT_ONCE = 1_000;

async function insertPassages(tx: Tx, { publicationId, testimonyId }: Of, passages: readonly Passage[]): Promise<void> {
  const rows = passages.map((passage) => ({
    publication_id: publicationId,
    testimony_id: testimonyId,
    position: passage.position,
    medium_number: passage.mediumNumber,
    start_ms: passage.startMs,
    end_ms: passage.endMs,
    speaker: passage.speaker,
    language: passage.language,
    text: passage.text,
    words: JSON.stringify(passage.words),
    provenance: passage.provenance,
    translations: JSON.stringify(passage.translations),
    hard: passage.hard
  }));
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE)
    await tx
      .insertInto('publication_passage')
      .values(rows.slice(at, at + ROWS_AT_ONCE))
      .execute();
}

async function insertMedia(tx: Tx, { publicationId, testimonyId }: Of, media: readonly PublicCopy[]): Promise<void> {
  if (!media.length) return;
  await tx
    .insertInto('publication_medium')
    .values(
      media.map(({ id, number, kind, mediaType, bytes, sha256, key, durationMs, peaks }) => ({
        ...{ id, number, kind, bytes, sha256, peaks },
        publication_id: publicationId,
        testimony_id: testimonyId,
        media_type: mediaType,
        store_key: key,
        duration_ms: durationMs
      }))
    )
    .execute();
}

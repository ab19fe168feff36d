import { copyFile, constants } from 'node:fs/promises';
import path from 'node:path';
import { recordEvent } from '#modules/custody/record-event.server.ts';
import { next } from '#modules/testimony/rules.ts';
import { asSystem, type Tx } from '#platform/db.server.ts';
import type { Deps } from '#platform/deps.server.ts';
import type { PublicationMediumId, TestimonyId } from '#platform/ids.ts';
import { enqueue } from '#platform/jobs.server.ts';
import { composeEdition, consentBecameNarrower, readEditionInForce, readPeaks } from './compose-edition.server.ts';
import { publicMediumId, publicMediumKey } from './public-medium.ts';
import type { Passage } from './edition.ts';
import { gatherMedia, type Due, type PublicMedium } from './gather-edition.server.ts';

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

/**
 * @returns null when it is not (or no longer) to be published; not yet: then this job comes again when it is; or not with the person's
 *   yes: then their yes brings the job (R24)
 */
async function readDue(tx: Tx, testimonyId: TestimonyId): Promise<Due | null> {
  const edition = await readEditionInForce(tx, testimonyId, 'lock');
  if (!edition || !next(edition.state, 'publish')) return null;
  if (!edition.is_due) {
    await enqueue(tx, 'publish-testimony', { testimonyId }, { startAfter: edition.publish_after! });
    return null;
  }
  return edition.may_be_published ? edition.due : null;
}

/** The sealed list stays what it is; its files are made again, stricter, and this job comes again after them. */
async function askForAnotherRendition(tx: Tx, { id, editListId }: Due): Promise<void> {
  await tx.deleteFrom('rendition').where('edit_list_id', '=', editListId).execute();
  await tx.updateTable('edit_list').set({ rendered_at: null }).where('id', '=', editListId).execute();
  await enqueue(tx, 'render-public', { editListId });
  await enqueue(tx, 'publish-testimony', { testimonyId: id }, { startAfter: new Date(Date.now() + 60_000) });
}

type PublicCopy = PublicMedium & { id: PublicationMediumId; key: string; peaks: number[] };

/** Under a key of its own: the public reaches nothing that the desk uses. Made twice, it lies there once. */
async function copyForPublic({ store }: Parts, medium: PublicMedium, folder: string): Promise<PublicCopy> {
  const id = publicMediumId(medium);
  const key = publicMediumKey(id);
  const copy = path.join(folder, id);
  await store.withLocalFile(medium.storeKey, (file) => copyFile(file, copy, constants.COPYFILE_FICLONE));
  const held = await store.putFile(key, copy);
  if (held.sha256 !== medium.sha256) throw new Error('the copy for the public is not what was approved');
  return { ...medium, id, key, peaks: await readPeaks({ store }, medium) };
}

/** @returns whether it is published now */
async function publish(tx: Tx, testimonyId: TestimonyId, media: readonly PublicCopy[]): Promise<boolean> {
  const due = await readDue(tx, testimonyId);
  if (!due) return isPublished(tx, testimonyId);
  const { sha256, passages, ...said } = await composeEdition(tx, due, media);
  const edition = await nextEdition(tx, testimonyId);

  const { id } = await tx
    .insertInto('publication')
    .values({
      testimony_id: testimonyId,
      edition,
      edit_list_id: due.editListId,
      language: said.language,
      medium: said.medium,
      chosen_name: said.chosenName,
      descriptions: JSON.stringify(said.descriptions),
      facility: said.facility && JSON.stringify(said.facility),
      year_from: said.yearFrom,
      year_to: said.yearTo,
      themes: JSON.stringify(said.themes),
      warnings: JSON.stringify(said.warnings),
      redactions: JSON.stringify(said.redactions),
      sha256,
      is_sample: said.isSample
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

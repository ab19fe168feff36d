import type { Actor } from '#platform/actor.ts';
import { asActor, type Db, type Tx } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import type { PublicationMediumId, TestimonyId } from '#platform/ids.ts';
import { sql } from 'kysely';
import type { Edition, Medium, Passage } from './edition.ts';
import { SUMMARY_COLUMNS, toSummary } from './edition-rows.server.ts';

/**
 * The edition of a testimony that is public now, whole.
 *
 * @throws DomainError `gone` where it was public once and is no more; `not_found` for everything else that `actor` may not read
 */
export async function readPublication({ db }: { db: Db }, actor: Actor, id: TestimonyId): Promise<Edition> {
  return asActor(db, actor, async (tx) => {
    const row = await tx
      .selectFrom('publication')
      .select([...SUMMARY_COLUMNS, 'redactions', 'sha256'])
      .where('testimony_id', '=', id)
      .where('unpublished_at', 'is', null)
      .orderBy('edition', 'desc')
      .executeTakeFirst();
    if (!row) throw new DomainError((await isGone(tx, id)) ? 'gone' : 'not_found');
    return {
      ...toSummary(row),
      redactions: row.redactions as unknown as Edition['redactions'],
      sha256: row.sha256,
      passages: await passagesOf(tx, row.id),
      media: await mediaOf(tx, row.id)
    };
  });
}

async function isGone(tx: Tx, id: TestimonyId): Promise<boolean> {
  const { rows } = await sql<{ gone: boolean }>`select app.is_gone(${id}) as gone`.execute(tx);
  return rows[0]!.gone;
}

async function passagesOf(tx: Tx, publicationId: string): Promise<Passage[]> {
  const rows = await tx
    .selectFrom('publication_passage')
    .selectAll()
    .where('publication_id', '=', publicationId)
    .orderBy('position')
    .execute();
  return rows.map((row) => ({
    position: row.position,
    mediumNumber: row.medium_number,
    startMs: row.start_ms,
    endMs: row.end_ms,
    speaker: row.speaker,
    language: row.language,
    text: row.text,
    words: row.words as unknown as Passage['words'],
    provenance: row.provenance,
    translations: row.translations as unknown as Passage['translations'],
    hard: row.hard
  }));
}

async function mediaOf(tx: Tx, publicationId: string): Promise<Medium[]> {
  const rows = await tx
    .selectFrom('publication_medium')
    .select(['id', 'number', 'kind', 'media_type', 'duration_ms', 'peaks'])
    .where('publication_id', '=', publicationId)
    .orderBy('number')
    .execute();
  return rows.map((row) => ({
    id: row.id as PublicationMediumId,
    number: row.number,
    kind: row.kind,
    mediaType: row.media_type,
    durationMs: row.duration_ms,
    peaks: row.peaks
  }));
}

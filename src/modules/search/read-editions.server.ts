import { sql } from 'kysely';
import type { Audience } from '#engines/index/port.ts';
import type { PublicationId, TestimonyId } from '#platform/ids.ts';
import { asSystem, type Db, type Tx } from '#platform/db.server.ts';
import type { Named, Passage } from '#modules/publication/edition.ts';
import type { Edition } from './edition-for-index.ts';

/** The edition of a testimony that the index should hold: the newest open one, while live consent opens it to anyone. */
export async function readEdition(tx: Tx, testimonyId: TestimonyId): Promise<Edition | null> {
  const row = await openEditions(tx).where('p.testimony_id', '=', testimonyId).orderBy('p.edition', 'desc').limit(1).executeTakeFirst();
  return row ? withPassages(tx, row) : null;
}

/**
 * Every edition that the index should hold, by testimony, one after the other; each is read when it is asked for.
 * @param from begins after this testimony
 */
export async function* everyEdition(db: Db, from: TestimonyId | null): AsyncGenerator<Edition> {
  for (let after: string | null = from; ;) {
    const edition: Edition | null = await asSystem(db, async (tx) => {
      let next = openEditions(tx).distinctOn('p.testimony_id').orderBy('p.testimony_id').orderBy('p.edition', 'desc').limit(1);
      if (after) next = next.where('p.testimony_id', '>', after);
      const row = await next.executeTakeFirst();
      return row ? withPassages(tx, row) : null;
    });
    if (!edition) return;
    yield edition;
    after = edition.testimonyId;
  }
}

function openEditions(tx: Tx) {
  return tx
    .selectFrom('publication as p')
    .innerJoin('live_consent as c', 'c.testimony_id', 'p.testimony_id')
    .innerJoin('testimony as t', 't.id', 'p.testimony_id')
    .select(['p.id', 'p.testimony_id', 'p.medium', 'p.facility', 'p.year_from', 'p.year_to', 'p.themes'])
    .select(sql<Audience[]>`c.audiences::text[]`.as('audiences'))
    .where('p.unpublished_at', 'is', null)
    .where('t.state', '!=', 'withdrawn')
    .where(sql<boolean>`c.audiences <> '{}'`);
}

type Row = Awaited<ReturnType<ReturnType<typeof openEditions>['executeTakeFirstOrThrow']>>;

async function withPassages(tx: Tx, row: Row): Promise<Edition> {
  const passages = await tx
    .selectFrom('publication_passage')
    .select(['position', 'language', 'text', 'translations'])
    .where('publication_id', '=', row.id)
    .orderBy('position')
    .execute();
  return {
    publicationId: row.id as PublicationId,
    testimonyId: row.testimony_id as TestimonyId,
    audiences: row.audiences,
    medium: row.medium,
    facility: (row.facility as unknown as Named | null)?.slug ?? null,
    yearFrom: row.year_from,
    yearTo: row.year_to,
    themes: (row.themes as unknown as Named[]).map((theme) => theme.slug),
    passages: passages.map(({ position, language, text, translations }) => ({
      position,
      language,
      text,
      translations: Object.fromEntries(
        Object.entries(translations as unknown as Passage['translations']).map(([into, translation]) => [into, translation.text])
      )
    }))
  };
}

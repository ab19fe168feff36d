import { sql } from 'kysely';
import type { Actor } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import type { EditionSummary } from './edition.ts';
import { SUMMARY_COLUMNS, toSummary } from './edition-rows.server.ts';
import type { ListFilter } from './schema.ts';

/** A page of a list: the editions on it, and how many there are in all. */
export interface EditionList {
  editions: EditionSummary[];
  total: number;
}

/** The editions that are open to `actor`, newest first. */
export async function listPublications({ db }: { db: Db }, actor: Actor, filter: ListFilter): Promise<EditionList> {
  return asActor(db, actor, async (tx) => {
    let query = tx.selectFrom('publication').where('unpublished_at', 'is', null);
    if (filter.facility) query = query.where(sql<string>`facility ->> 'slug'`, '=', filter.facility);
    if (filter.theme) query = query.where(sql<boolean>`themes @> ${JSON.stringify([{ slug: filter.theme }])}::jsonb`);
    if (filter.from !== undefined) query = query.where(sql<number>`coalesce(year_to, year_from)`, '>=', filter.from);
    if (filter.to !== undefined) query = query.where('year_from', '<=', filter.to);

    const rows = await query
      .select(SUMMARY_COLUMNS)
      .orderBy('published_at', 'desc')
      .orderBy('id')
      .limit(filter.limit)
      .offset((filter.page - 1) * filter.limit)
      .execute();
    const { total } = await query.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
    return { editions: rows.map(toSummary), total };
  });
}

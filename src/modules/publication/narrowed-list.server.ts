import * as v from 'valibot';
import type { Actor } from '#platform/actor.ts';
import type { Db } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import { listPublications, type EditionList } from './list-publications.server.ts';
import { ListFilter } from './schema.ts';

/**
 * A page of a list as an address asks for it: `filter` from the path, `page` from the query.
 * @throws DomainError `not_found` for what no such page can have
 */
export async function narrowedList(
  deps: { db: Db },
  actor: Actor,
  filter: Partial<Record<keyof ListFilter, unknown>>,
  url: URL
): Promise<EditionList & { page: number; pages: number }> {
  const parsed = v.safeParse(ListFilter, { ...filter, page: url.searchParams.get('page') ?? undefined });
  if (!parsed.success) throw new DomainError('not_found');
  const list = await listPublications(deps, actor, parsed.output);
  return { ...list, page: parsed.output.page, pages: Math.ceil(list.total / parsed.output.limit) };
}

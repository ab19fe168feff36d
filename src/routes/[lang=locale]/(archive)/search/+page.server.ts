import { error } from '@sveltejs/kit';
import * as v from 'valibot';
import { readNames } from '#modules/publication/read-names.server.ts';
import { Search, searchParameters } from '#modules/search/schema.ts';
import { searchPassages, type Found } from '#modules/search/search-passages.server.ts';
import { DomainError } from '#platform/errors.ts';
import { orRefuse } from '#web/or-refuse.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const search = v.safeParse(Search, searchParameters(url.searchParams));
  if (!search.success) error(400, { message: 'invalid_input', code: 'invalid_input' });
  const [names, found] = await orRefuse(Promise.all([readNames(locals.deps, locals.actor), answer(locals, search.output)]));
  return { names, found, asked: search.output };
};

/** A question that is too long is answered on the page, with the question still in its box. */
async function answer(locals: App.Locals, search: Search): Promise<Found | 'query_too_long'> {
  try {
    return await searchPassages(locals.deps, locals.actor, search);
  } catch (refusal) {
    if (refusal instanceof DomainError && refusal.code === 'query_too_long') return 'query_too_long';
    throw refusal;
  }
}

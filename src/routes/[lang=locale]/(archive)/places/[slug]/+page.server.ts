import { error } from '@sveltejs/kit';
import { narrowedList } from '#modules/publication/narrowed-list.server.ts';
import { readOverview } from '#modules/publication/read-overview.server.ts';
import { orRefuse } from '#web/or-refuse.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, url }) => {
  const { deps, actor } = locals;
  const [overview, list] = await orRefuse(
    Promise.all([readOverview(deps, actor), narrowedList(deps, actor, { facility: params.slug }, url)])
  );
  const place = overview.places.find(({ slug }) => slug === params.slug);
  if (!place) error(404, { message: 'not_found', code: 'not_found' });
  return { place, list };
};

import { narrowedList } from '#modules/publication/narrowed-list.server.ts';
import { readOverview } from '#modules/publication/read-overview.server.ts';
import { orRefuse } from '#web/or-refuse.server.ts';
import type { PageServerLoad } from './$types';

/** `?from=1980` opens that decade; without it all years are shown. */
export const load: PageServerLoad = async ({ locals, url }) => {
  const { deps, actor } = locals;
  const from = url.searchParams.get('from') ?? undefined;
  const filter = from === undefined ? {} : { from, to: Number(from) + 9 };
  const [overview, list] = await orRefuse(Promise.all([readOverview(deps, actor), narrowedList(deps, actor, filter, url)]));
  return { overview, list, from: from === undefined ? null : Number(from) };
};

import { readOverview } from '#modules/publication/read-overview.server.ts';
import { orRefuse } from '#web/or-refuse.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => ({ overview: await orRefuse(readOverview(locals.deps, locals.actor)) });

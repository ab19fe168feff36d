import { readSupport } from '#modules/support/read-contacts.server.ts';
import { orRefuse } from '#web/or-refuse.server.ts';
import type { PageServerLoad } from './$types';

/** All of it, whoever looks from wherever: which country somebody opens is known to their own screen only. */
export const load: PageServerLoad = async ({ locals, params }) => ({ support: await orRefuse(readSupport(locals.deps, params.lang)) });

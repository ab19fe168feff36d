import { error } from '@sveltejs/kit';
import * as v from 'valibot';
import { readPublication } from '#modules/publication/read-publication.server.ts';
import { TestimonyAddress } from '#modules/publication/schema.ts';
import { orRefuse } from '#web/or-refuse.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
  const address = v.safeParse(TestimonyAddress, params);
  if (!address.success) error(404, { message: 'not_found', code: 'not_found' });
  return { edition: await orRefuse(readPublication(locals.deps, locals.actor, address.output.id)), readAt: new Date() };
};

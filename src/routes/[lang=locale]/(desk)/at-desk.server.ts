import { error, redirect, type RequestEvent } from '@sveltejs/kit';
import * as v from 'valibot';
import type { Account } from '#platform/actor.ts';
import { idOf, type TestimonyId } from '#platform/ids.ts';

/** Who works at the desk. `handleLocals` has turned everyone else away before any page runs; this gives the rest their type. */
export function atDesk({ locals, params }: Pick<RequestEvent, 'locals' | 'params'>): Account {
  if (!locals.account?.atDesk) redirect(303, `/${params.lang}/desk/sign-in`);
  return locals.account;
}

/** The testimony in the address; what is no id is not found, as what does not exist. */
export function testimonyIn({ params }: Pick<RequestEvent, 'params'>): TestimonyId {
  const parsed = v.safeParse(idOf<TestimonyId>(), params.id);
  if (!parsed.success) error(404, { message: 'not_found', code: 'not_found' });
  return parsed.output;
}

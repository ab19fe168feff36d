import { redirect, type RequestEvent } from '@sveltejs/kit';
import { sessionCookie, SESSION_COOKIE } from '#modules/testimony/session.server.ts';
import type { Contributor } from '#platform/actor.ts';

/** Whom the page belongs to; without a session it leads to the eight words, which open it again. */
export function contributorOf({ locals, params }: Pick<RequestEvent, 'locals' | 'params'>): Contributor {
  if (!locals.contributor) redirect(303, `/${params.lang}/return?over`);
  return locals.contributor;
}

export function keepSession({ cookies, locals }: Pick<RequestEvent, 'cookies' | 'locals'>, cookie: string): void {
  cookies.set(SESSION_COOKIE, cookie, sessionCookie(locals.deps.env.ORIGIN));
}

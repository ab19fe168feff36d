import { error, redirect, type Handle, type RequestEvent } from '@sveltejs/kit';
import { accountFromCookies } from '#modules/identity/account-from-cookies.server.ts';
import { isStaff } from '#modules/identity/sign-in.server.ts';
import { contributorFromCookie, SESSION_COOKIE } from '#modules/testimony/session.server.ts';
import { VISITOR } from '#platform/actor.ts';
import type { Deps } from '#platform/deps.server.ts';
import type { ErrorCode } from '#platform/errors.ts';
import { orRefuse } from './or-refuse.server.ts';

/** Sent by scripts with what they ask on their own, so that an unattended page does not keep the desk open (R40). */
const BACKGROUND = 'x-background';

/** Desk pages that open or close the desk, and so are open themselves. */
const DOORS = /\/desk\/(sign-in|second-factor|invitation|recovery|sign-out)$/;

/** Says who the request speaks for, and keeps the desk to those who are at it: pages and actions alike, before any of their code. */
export function handleLocals(deps: () => Deps): Handle {
  return async ({ event, resolve }) => {
    const { locals, cookies, request, route } = event;
    locals.deps = deps();
    const active = !request.headers.has(BACKGROUND);
    locals.account = await orRefuse(accountFromCookies(locals.deps, cookies, { active }));
    locals.contributor = await orRefuse(contributorFromCookie(locals.deps.db, cookies.get(SESSION_COOKIE)));
    locals.actor = (route.id?.includes('/(contributor)/') ? locals.contributor : locals.account) ?? VISITOR;
    if (route.id?.includes('/(desk)/') && !DOORS.test(route.id)) keepDesk(event);
    return notKept(await resolve(event), Boolean(locals.account ?? locals.contributor));
  };
}

/** What is shown to somebody in particular stays in no cache, so that "back" on a shared computer shows nothing (R22). */
function notKept(response: Response, isTheirs: boolean): Response {
  if (isTheirs && !response.headers.has('cache-control')) response.headers.set('cache-control', 'private, no-store');
  return response;
}

function keepDesk(event: RequestEvent): void {
  const { account } = event.locals;
  if (!account) return toDoor(event, 'sign-in', 401, 'sign_in_needed');
  if (!isStaff(account)) error(404, { message: 'not_found', code: 'not_found' });
  if (!account.atDesk) toDoor(event, 'second-factor', 403, account.aal === 'aal2' ? 'desk_locked' : 'second_factor_needed');
}

/** A page that was asked for waits behind the door; what was sent is refused, so that it stays where it was typed. */
function toDoor({ request, params, url }: RequestEvent, door: string, status: number, code: ErrorCode): void {
  if (request.method !== 'GET' || request.headers.has(BACKGROUND)) error(status, { message: code, code });
  redirect(303, `/${params.lang}/desk/${door}?${new URLSearchParams({ next: url.pathname })}`);
}

import { json } from '@sveltejs/kit';
import { SESSION_COOKIE } from '#modules/testimony/session.server.ts';
import { dropWayBack, leaveWayBack } from '#modules/testimony/way-back.server.ts';
import { DomainError } from '#platform/errors.ts';
import { orRefuse } from '#web/or-refuse.server.ts';
import type { RequestEvent, RequestHandler } from './$types';

function telling({ locals, cookies }: RequestEvent) {
  if (!locals.contributor) throw new DomainError('session_over');
  return { contributor: locals.contributor, cookie: cookies.get(SESSION_COOKIE)! };
}

/** A phone that is about to keep a recording asks for a way back to its draft, `{ way }`: null where the cookie is enough. */
export const POST: RequestHandler = (event) =>
  orRefuse(
    (async () => {
      event.setHeaders({ 'cache-control': 'no-store' });
      const { contributor, cookie } = telling(event);
      return json({ way: await leaveWayBack(event.locals.deps, contributor, cookie) });
    })()
  );

/** The phone no longer needs it. */
export const DELETE: RequestHandler = (event) =>
  orRefuse(
    (async () => {
      const { contributor, cookie } = telling(event);
      await dropWayBack(event.locals.deps, contributor, cookie);
      return new Response(null, { status: 204 });
    })()
  );

import { keepSpoken } from '#modules/consent/keep-spoken.server.ts';
import { SpokenSound } from '#modules/consent/schema.ts';
import { DomainError } from '#platform/errors.ts';
import { parse } from '#web/forms.server.ts';
import { orRefuse } from '#web/or-refuse.server.ts';
import type { RequestHandler } from './$types';

/** Takes the bytes of one short sound, whole; `?id=` and `?sha256=` say which and what it must be. Answers 204 once it is kept. */
export const POST: RequestHandler = ({ request, params, url, locals }) =>
  orRefuse(
    (async () => {
      if (!locals.contributor) throw new DomainError('session_over');
      const sound = parse(SpokenSound, {
        id: url.searchParams.get('id'),
        sha256: url.searchParams.get('sha256'),
        purpose: params.purpose,
        mediaType: request.headers.get('content-type')
      });
      await keepSpoken(locals.deps, locals.contributor, sound, new Uint8Array(await request.arrayBuffer()));
      return new Response(null, { status: 204 });
    })()
  );

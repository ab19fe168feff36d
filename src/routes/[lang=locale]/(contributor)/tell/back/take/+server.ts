import { attempts } from '#modules/testimony/attempts.server.ts';
import { WayBack } from '#modules/testimony/schema.ts';
import { takeWayBack } from '#modules/testimony/way-back.server.ts';
import { parse } from '#web/forms.server.ts';
import { orRefuse } from '#web/or-refuse.server.ts';
import { keepSession } from '../../../telling.server.ts';
import type { RequestHandler } from './$types';

/** 256 bits are out of reach of guessing; whoever knocks all the same is slowed down. */
const tries = attempts(10, 20_000);

/** The phone that began a draft takes it up again, once: the answer's cookie is the new session. */
export const POST: RequestHandler = (event) =>
  orRefuse(
    (async () => {
      tries.take(event.getClientAddress());
      const { way } = parse(WayBack, await event.request.json().catch(() => null));
      const { cookie } = await takeWayBack(event.locals.deps, way);
      keepSession(event, cookie);
      return new Response(null, { status: 204 });
    })()
  );

import { json } from '@sveltejs/kit';
import { recordingState } from '#modules/testimony/read-my-testimony.server.ts';
import { DomainError } from '#platform/errors.ts';
import { idOf, type RecordingId } from '#platform/ids.ts';
import { parse } from '#web/forms.server.ts';
import { orRefuse } from '#web/or-refuse.server.ts';
import type { RequestHandler } from './$types';

/** How far a recording is, `{ state, refusedFor }`: the browser erases its own copy when it says `verified`. */
export const GET: RequestHandler = ({ params, locals, setHeaders }) =>
  orRefuse(
    (async () => {
      setHeaders({ 'cache-control': 'no-store' });
      if (!locals.contributor) throw new DomainError('session_over');
      const state = await recordingState(locals.deps, locals.contributor, parse(idOf<RecordingId>(), params.id));
      if (!state) throw new DomainError('not_found');
      return json(state);
    })()
  );

import { json } from '@sveltejs/kit';
import { announceRecording } from '#modules/testimony/announce-recording.server.ts';
import { Announcement } from '#modules/testimony/schema.ts';
import { DomainError } from '#platform/errors.ts';
import { parse } from '#web/forms.server.ts';
import { orRefuse } from '#web/or-refuse.server.ts';
import type { RequestHandler } from './$types';

/** A browser names what it is about to send; answers `{ recordingId, state }`. */
export const POST: RequestHandler = ({ request, locals }) =>
  orRefuse(
    (async () => {
      if (!locals.contributor) throw new DomainError('session_over');
      const announcement = parse(Announcement, await request.json().catch(() => null));
      return json(await announceRecording(locals.deps, locals.contributor, announcement));
    })()
  );

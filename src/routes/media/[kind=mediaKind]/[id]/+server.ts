import * as v from 'valibot';
import { serveMedia } from '#modules/media/serve-media.server.ts';
import { idOf, type PublicationMediumId, type RecordingId, type RenditionId } from '#platform/ids.ts';
import type { RequestHandler } from './$types';

const MediaId = idOf<RecordingId | RenditionId | PublicationMediumId>();

const answer: RequestHandler = async ({ params, locals, request }) => {
  const id = v.safeParse(MediaId, params.id);
  if (!id.success) return new Response(null, { status: 404 });
  return serveMedia(locals.deps, locals, { kind: params.kind, id: id.output }, request);
};

export const GET = answer;
export const HEAD = answer;

import { Readable } from 'node:stream';
import { downloadTestimony } from '#modules/testimony/download-testimony.server.ts';
import { orRefuse } from '#web/or-refuse.server.ts';
import { contributorOf } from '../../telling.server.ts';
import type { RequestHandler } from './$types';

/** The name says nothing to whoever sees the folder it is saved in. */
export const GET: RequestHandler = async (event) => {
  const zip = await orRefuse(downloadTestimony(event.locals.deps, contributorOf(event)));
  return new Response(Readable.toWeb(zip) as ReadableStream, {
    headers: {
      'content-type': 'application/zip',
      'content-disposition': 'attachment; filename="files.zip"',
      'cache-control': 'private, no-store'
    }
  });
};

/** Asks whether it is there: no event is written and nothing is read for that. */
export const HEAD: RequestHandler = (event) => {
  contributorOf(event);
  return new Response(null, { headers: { 'content-type': 'application/zip', 'cache-control': 'private, no-store' } });
};

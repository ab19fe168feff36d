import type { Handle } from '@sveltejs/kit';

/** What the server writes anew each time; assets are compressed when they are built, media are already. */
const WRITTEN = /^(text\/|application\/(json|atom\+xml))/;

/**
 * Sends pages as gzip: a quarter of their size, for thin lines. A secret and somebody else's words never stand on the same page, so
 * that its length tells nothing of the secret (BREACH); the receipt's page reflects nothing of its address.
 */
export const compressPages: Handle = async ({ event, resolve }) => {
  const response = await resolve(event);
  const accepts = /\bgzip\b/.test(event.request.headers.get('accept-encoding') ?? '');
  const fits = WRITTEN.test(response.headers.get('content-type') ?? '') && !response.headers.has('content-encoding');
  if (!accepts || !fits || !response.body || event.request.method === 'HEAD' || event.request.headers.has('range')) return response;

  const headers = new Headers(response.headers);
  headers.set('content-encoding', 'gzip');
  headers.append('vary', 'accept-encoding');
  headers.delete('content-length');
  return new Response(response.body.pipeThrough(new CompressionStream('gzip')), { status: response.status, headers });
};

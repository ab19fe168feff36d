import { Readable } from 'node:stream';
import type { MediaStore } from '#engines/store/port.ts';
import type { Db } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import { rangeAsked } from './byte-range.ts';
import { findMedia, type FoundMedia, type Readers } from './find-media.server.ts';
import type { MediaKind } from './media-kind.ts';

/** A file is shown by our pages and nowhere else, and runs nothing wherever it is opened. */
const ALWAYS = { 'content-disposition': 'inline', 'content-security-policy': "default-src 'none'; sandbox", 'accept-ranges': 'bytes' };

/**
 * Answers GET and HEAD for a file, whole or one range of it (RFC 9110: 200, 206, 304, 404, 410, 416). Reads no faster than the client
 * takes it, and stops when it leaves.
 */
export async function serveMedia(
  { db, store }: { db: Db; store: MediaStore },
  readers: Readers,
  { kind, id }: { kind: MediaKind; id: string },
  request: Pick<Request, 'method' | 'headers'>
): Promise<Response> {
  const gives = request.method === 'GET';
  try {
    const media = await findMedia({ db }, readers, { kind, id, played: gives });
    const isForAll = (kind === 'publications' || kind === 'narrations') && !readers.account;
    const headers = { ...ALWAYS, ...headersOf(media), 'cache-control': isForAll ? 'no-cache' : 'private, no-store' };
    if (request.headers.get('if-none-match') === headers.etag) return new Response(null, { status: 304, headers });
    if (!gives) return new Response(null, { headers: { ...headers, 'content-length': String(media.bytes) } });
    return await give(store, media, headers, rangeHeader(request.headers, headers.etag));
  } catch (error) {
    if (error instanceof DomainError) return refusal(error);
    throw error;
  }
}

async function give(
  store: MediaStore,
  { key, bytes }: FoundMedia,
  headers: Record<string, string>,
  asked: string | null
): Promise<Response> {
  const answer = rangeAsked(asked, bytes);
  if (answer.kind === 'unsatisfiable')
    return new Response(null, { status: 416, headers: { ...headers, 'content-range': `bytes */${bytes}` } });
  if (answer.kind === 'whole')
    return new Response(body(await store.open(key)), { headers: { ...headers, 'content-length': String(bytes) } });
  const { start, end } = answer.range;
  return new Response(body(await store.open(key, answer.range)), {
    status: 206,
    headers: { ...headers, 'content-length': String(end - start + 1), 'content-range': `bytes ${start}-${end}/${bytes}` }
  });
}

function headersOf({ sha256, mediaType }: FoundMedia) {
  return { 'content-type': mediaType, etag: `"${sha256}"`, vary: 'cookie' };
}

/** A range of what is no longer the same file is no use (If-Range); only a strong tag counts. */
function rangeHeader(headers: Headers, etag: string): string | null {
  const condition = headers.get('if-range');
  return condition === null || condition === etag ? headers.get('range') : null;
}

/** Cancelled with the response, which closes the file. */
function body(stream: Readable): ReadableStream {
  return Readable.toWeb(stream) as ReadableStream;
}

/** The same for what is not theirs and what is not there; players show their own words. */
function refusal({ status }: DomainError): Response {
  return new Response(null, { status, headers: { 'cache-control': 'private, no-store' } });
}

import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Busboy } from '@fastify/busboy';
import { MOST_BYTES } from '#modules/testimony/limits.ts';
import { DomainError } from '#platform/errors.ts';
import { mediaTypeOf } from './file-type.ts';

/** What came: its bytes lie in the file that was named. */
export type ReceivedFile = { mediaType: string; bytes: number; sha256: string };

/** One file and nothing else; a part's headers hold a name and a type. */
const LIMITS = { files: 1, fields: 0, parts: 1, fileSize: MOST_BYTES, headerPairs: 20, headerSize: 8 * 1024 };

/**
 * Reads the one file of a `multipart/form-data` request into `file`, as it comes and no faster than the disk, flushed. The name that a
 * browser sends along tells the type where nothing else does, and goes no further (R33).
 *
 * @throws DomainError `invalid_input` (no form, or no file in it), `file_type_refused`, `file_too_large`, `store_full`, `file_incomplete`
 *   (empty, or the line broke). The request is not read any further then.
 */
export function readPlainForm(req: IncomingMessage, file: string): Promise<ReceivedFile> {
  const parser = parserOf(req);
  return new Promise<ReceivedFile>((resolve, reject) => {
    const over = new AbortController();
    let writing: Promise<ReceivedFile> | null = null;
    const refuse = (error: unknown) => {
      req.unpipe(parser);
      over.abort();
      reject(error instanceof Error ? error : new DomainError('file_incomplete'));
    };
    // Not `complete`: what had arrived but was not read yet is lost with the connection.
    const broken = () => req.readableEnded || refuse(new DomainError('file_incomplete'));

    parser.on('file', (_field, stream, name, _encoding, type) => {
      const mediaType = mediaTypeOf({ type, name: name ?? '' });
      // It must be read or it keeps the parser waiting; whatever breaks it is told by the request or by the writing.
      stream.on('error', () => undefined);
      if (!mediaType) return refuse(new DomainError(name ? 'file_type_refused' : 'invalid_input', { field: 'recording' }));
      writing = keep(stream, file, over.signal).then((kept) => {
        if (stream.truncated) throw new DomainError('file_too_large', { most: MOST_BYTES });
        return { mediaType, ...kept };
      });
      writing.catch(refuse);
    });
    parser.once('error', () => refuse(new DomainError('file_incomplete')));
    parser.once('finish', () =>
      writing ? void writing.then(resolve, refuse) : refuse(new DomainError('invalid_input', { field: 'recording' }))
    );
    req.once('close', broken).once('error', broken);
    // Closed before anybody listened: it says so no more.
    if (req.destroyed) broken();
    else req.pipe(parser);
  });
}

function parserOf({ headers }: IncomingMessage) {
  try {
    return new Busboy({ headers: { ...headers, 'content-type': headers['content-type'] ?? '' }, limits: LIMITS });
  } catch {
    throw new DomainError('invalid_input');
  }
}

/** Writes and hashes in one go (R34). */
async function keep(stream: Readable, file: string, signal: AbortSignal): Promise<Omit<ReceivedFile, 'mediaType'>> {
  const hash = createHash('sha256');
  let bytes = 0;
  async function* hashed(source: AsyncIterable<Buffer>) {
    for await (const part of source) {
      hash.update(part);
      bytes += part.length;
      yield part;
    }
  }
  try {
    await pipeline(stream, hashed, createWriteStream(file, { mode: 0o600, flush: true }), { signal });
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ENOSPC' ? new DomainError('store_full') : new DomainError('file_incomplete');
  }
  if (!bytes) throw new DomainError('file_incomplete');
  return { bytes, sha256: hash.digest('hex') };
}

import { createHash, type Hash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  S3Client,
  ListMultipartUploadsCommand
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { Env } from '#platform/env.ts';
import { DomainError } from '#platform/errors.ts';
import { orNull, refusing, refusingEach, s3Settings, type S3Place } from '#platform/s3.server.ts';
import { inWorkFolder } from '#platform/work-folder.server.ts';
import { checkedKey } from './keys.ts';
import type { ByteRange, MediaStore } from './port.ts';

/** Bytes. A file is sent in parts of at least this, so many of them at a time, each held in memory until it is there. */
const PART = 8 * 1024 * 1024;
const PARTS_AT_ONCE = 3;
/** S3 takes no more for one object. */
const MOST_PARTS = 10_000;

/** Media tools without rights read what is lent; the work folder around it is closed to everyone else. */
const LENT_MODE = 0o444;

/**
 * The media store in a bucket of any S3 server. Objects appear whole or not at all; a file is taken away from here once the server
 * has said that all of it is there. What media tools read is fetched into the work folder first.
 * @param silenceMs after how long without a byte from the server it counts as away; two minutes by default
 */
export function s3Store(place: S3Place, env: Pick<Env, 'SAWT_DATA'>, { silenceMs }: { silenceMs?: number } = {}): MediaStore {
  const { bucket } = place;
  const client = new S3Client(s3Settings(place, silenceMs));
  const at = (key: string) => ({ Bucket: bucket, Key: checkedKey(key) });

  async function sizeOf(key: string): Promise<number | null> {
    const found = await orNull(client.send(new HeadObjectCommand(at(key))));
    // Of an empty object some servers tell no length.
    return found && (found.ContentLength ?? 0);
  }

  async function open(key: string, range?: ByteRange): Promise<Readable> {
    const asked = range && `bytes=${range.start}-${range.end}`;
    const { Body } = await refusing(client.send(new GetObjectCommand({ ...at(key), Range: asked })));
    return told(Body as Readable);
  }

  async function put(key: string, file: string): Promise<{ bytes: number; sha256: string }> {
    checkedKey(key);
    const size = await sizeOfFile(file);
    // Sent before a crash kept the caller from writing it down.
    if (size === null) return hashed(await open(key));
    const sent = await send(key, file, size);
    if ((await sizeOf(key)) !== sent.bytes) throw new DomainError('store_down');
    await rm(file, { force: true });
    return sent;
  }

  async function send(key: string, file: string, size: number): Promise<{ bytes: number; sha256: string }> {
    const hash = createHash('sha256');
    const count = { bytes: 0 };
    const body = Readable.from(passing(createReadStream(file, { highWaterMark: 1 << 20 }), hash, count), { objectMode: false });
    const partSize = Math.max(PART, Math.ceil(size / MOST_PARTS));
    try {
      await refusing(new Upload({ client, params: { ...at(key), Body: body }, partSize, queueSize: PARTS_AT_ONCE }).done());
    } catch (error) {
      // The answer to joining the parts was lost, and asked again the server knows of none: whoever wants it there sends it again.
      throw error instanceof DomainError && error.code === 'not_found' ? new DomainError('store_down') : error;
    } finally {
      body.destroy();
    }
    return { bytes: count.bytes, sha256: hash.digest('hex') };
  }

  /** Parts of what was never finished lie in the bucket, unseen and for good, until somebody takes them away. */
  async function* unfinished(prefix: string): AsyncIterable<{ Key: string; UploadId: string }> {
    let from: { KeyMarker?: string; UploadIdMarker?: string } = {};
    for (;;) {
      const page = await refusing(client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix, ...from })));
      for (const { Key, UploadId } of page.Uploads ?? []) if (Key && UploadId) yield { Key, UploadId };
      if (!page.IsTruncated || !page.NextKeyMarker) return;
      from = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
    }
  }

  /** It may have been finished or taken away meanwhile. */
  const abort = (upload: { Key: string; UploadId: string }) =>
    orNull(client.send(new AbortMultipartUploadCommand({ Bucket: bucket, ...upload })));

  return {
    putFile: put,

    async adoptFile(key, file) {
      checkedKey(key);
      const isThere = (await sizeOfFile(file)) === null && (await sizeOf(key)) !== null;
      if (!isThere) await put(key, file);
    },

    open,

    async stat(key) {
      const bytes = await sizeOf(key);
      return bytes === null ? null : { bytes };
    },

    withLocalFile: (key, work) =>
      inWorkFolder(env, async (folder) => {
        const file = path.join(folder, path.basename(checkedKey(key)));
        await refusing(pipeline(await open(key), createWriteStream(file, { flags: 'wx', mode: LENT_MODE })));
        return work(file);
      }),

    async remove(key) {
      // First those, so that none is finished after the object has gone.
      for await (const upload of unfinished(checkedKey(key))) if (upload.Key === key) await abort(upload);
      await refusing(client.send(new DeleteObjectCommand(at(key))));
    },

    async *list(folder) {
      const prefix = folder === null ? '' : `${checkedKey(folder)}/`;
      const begun = new Set<string>();
      for await (const { Key } of unfinished(prefix)) begun.add(Key);
      yield* begun;
      const pages = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix });
      for await (const page of refusingEach(pages)) for (const { Key } of page.Contents ?? []) if (Key && !begun.has(Key)) yield Key;
    },

    async room() {
      await refusing(client.send(new HeadBucketCommand({ Bucket: bucket })));
      return null;
    }
  };
}

/** @returns bytes, or null where there is no such file */
async function sizeOfFile(file: string): Promise<number | null> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function* passing(chunks: AsyncIterable<Buffer>, hash: Hash, count: { bytes: number }): AsyncIterable<Buffer> {
  for await (const chunk of chunks) {
    hash.update(chunk);
    count.bytes += chunk.length;
    yield chunk;
  }
}

async function hashed(stream: Readable): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  const count = { bytes: 0 };
  for await (const _chunk of passing(stream, hash, count));
  return { bytes: count.bytes, sha256: hash.digest('hex') };
}

/** A stream that says in our words that its source broke off, and lets go of it when nobody reads on. */
function told(source: Readable): Readable {
  const stream = new PassThrough({ highWaterMark: 256 * 1024 });
  source.on('error', () => stream.destroy(new DomainError('store_down')));
  stream.on('close', () => source.destroy());
  return source.pipe(stream);
}

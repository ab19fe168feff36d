import type { S3ClientConfig } from '@aws-sdk/client-s3';
import type { Env } from './env.ts';
import { DomainError } from './errors.ts';
import { log } from './log.ts';

/** A bucket, addressed by path, and who may use it. `endpoint` may have a path, as Supabase's does. */
export type S3Place = { endpoint: string; region: string; bucket: string; accessKeyId: string; secretAccessKey: string };

/** Milliseconds. A player that is paused holds its connection; it asks again for the rest when it has lost it. */
const CONNECT_LIMIT = 5_000;
const SILENCE_LIMIT = 120_000;
/** Everybody who watches holds a connection to the store. */
const MOST_CONNECTIONS = 500;

/** The bucket that the environment names: all of its variables or none, as readEnv has checked. */
export function s3PlaceOf(
  env: Pick<Env, 'S3_ENDPOINT' | 'S3_REGION' | 'S3_BUCKET' | 'S3_ACCESS_KEY_ID' | 'S3_SECRET_ACCESS_KEY'>
): S3Place | null {
  const { S3_ENDPOINT: endpoint, S3_REGION: region, S3_BUCKET: bucket } = env;
  const { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = env;
  return endpoint && region && bucket && accessKeyId && secretAccessKey ? { endpoint, region, bucket, accessKeyId, secretAccessKey } : null;
}

/** @param silenceMs after how long without a byte from the server it counts as away */
export function s3Settings({ endpoint, region, accessKeyId, secretAccessKey }: S3Place, silenceMs = SILENCE_LIMIT) {
  const agent = { keepAlive: true, maxSockets: MOST_CONNECTIONS };
  return {
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
    // Many servers do not know the client's newer checksums; the archive compares SHA-256 itself.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: CONNECT_LIMIT, socketTimeout: silenceMs, httpAgent: agent, httpsAgent: agent }
  } satisfies S3ClientConfig;
}

/** How S3 servers say that a bucket or a disk is full. */
const FULL = new Set(['EntityTooLarge', 'InsufficientStorage', 'QuotaExceeded', 'StorageFull', 'XMinioStorageFull']);
const ABSENT = new Set(['NoSuchKey', 'NoSuchUpload', 'NotFound']);
/** How a line says that it broke, where the client adds nothing of its own. */
const BROKEN = new Set(['ECONNREFUSED', 'ECONNRESET', 'EAI_AGAIN', 'ENOTFOUND', 'EPIPE', 'ETIMEDOUT']);

/** @throws DomainError `not_found`, `store_full`, `store_down` for what an S3 server or the way to it refuses; other errors as they are */
export async function refusing<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    throw s3Refusal(error);
  }
}

/** The same for what is asked page by page. */
export async function* refusingEach<T>(asked: AsyncIterable<T>): AsyncIterable<T> {
  try {
    yield* asked;
  } catch (error) {
    throw s3Refusal(error);
  }
}

/** The same, with null for what is not there. */
export async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await refusing(asked);
  } catch (error) {
    if (error instanceof DomainError && error.code === 'not_found') return null;
    throw error;
  }
}

/** The client marks what came of asking with `$metadata`; anything else, such as a file that cannot be read, is not the store's doing. */
function s3Refusal(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof DomainError) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC') return new DomainError('store_full');
  if ((code && BROKEN.has(code)) || error.name === 'TimeoutError') return new DomainError('store_down');
  const { $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
  if (!$metadata) return error;
  if (ABSENT.has(error.name)) return new DomainError('not_found');
  const status = $metadata.httpStatusCode;
  if (status === 507 || FULL.has(error.name)) return new DomainError('store_full');
  // A wrong key or bucket is for whoever runs the archive: only the log can tell it apart from a server that is away.
  if (status !== undefined) log('error', 'store_refused', { status, reason: error.name });
  return new DomainError('store_down');
}

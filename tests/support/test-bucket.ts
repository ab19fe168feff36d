import { randomBytes } from 'node:crypto';
import { CreateBucketCommand, DeleteBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { s3Store } from '#engines/store/s3.server.ts';
import type { Env } from '#platform/env.ts';
import { s3PlaceOf, s3Settings } from '#platform/s3.server.ts';
import { keysUnder } from './told.ts';

export type S3Variables = Required<Pick<Env, 'S3_ENDPOINT' | 'S3_REGION' | 'S3_BUCKET' | 'S3_ACCESS_KEY_ID' | 'S3_SECRET_ACCESS_KEY'>>;

export type TestBucket = {
  /** What an archive that keeps its media there is started with. */
  variables: S3Variables;
  /** Takes everything in it away, and it itself. */
  remove: () => Promise<void>;
};

/**
 * A bucket of one's own on the server that `S3_ENDPOINT` names, so that a test may clear it.
 * @returns null where none is named
 */
export async function testBucket(): Promise<TestBucket | null> {
  const { S3_ENDPOINT, S3_REGION = '', S3_ACCESS_KEY_ID = '', S3_SECRET_ACCESS_KEY = '' } = process.env;
  if (!S3_ENDPOINT) return null;
  const S3_BUCKET = `sawt-test-${randomBytes(6).toString('hex')}`;
  const variables = { S3_ENDPOINT, S3_REGION, S3_BUCKET, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY };
  const place = s3PlaceOf(variables)!;
  const client = new S3Client(s3Settings(place));
  await client.send(new CreateBucketCommand({ Bucket: S3_BUCKET }));
  return {
    variables,
    remove: async () => {
      const store = s3Store(place, { SAWT_DATA: '' });
      for (const folder of ['recordings', 'renditions', 'publications', 'uploads'])
        for (const key of await keysUnder(store, folder)) await store.remove(key);
      await client.send(new DeleteBucketCommand({ Bucket: S3_BUCKET }));
      client.destroy();
    }
  };
}

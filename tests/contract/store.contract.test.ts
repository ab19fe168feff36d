import { createHash, randomBytes } from 'node:crypto';
import { access, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { CreateMultipartUploadCommand, ListMultipartUploadsCommand, S3Client, UploadPartCommand } from '@aws-sdk/client-s3';
import { afterAll, describe, expect, it } from 'vitest';
import { diskStore } from '#engines/store/disk.server.ts';
import type { MediaStore } from '#engines/store/port.ts';
import { s3Store } from '#engines/store/s3.server.ts';
import { contract } from '#tests/support/contract.ts';
import { keysUnder } from '#tests/support/told.ts';

const folder = await mkdtemp(path.join(tmpdir(), 'sawt-store-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

const { S3_ENDPOINT, S3_REGION = '', S3_BUCKET = '', S3_ACCESS_KEY_ID = '', S3_SECRET_ACCESS_KEY = '' } = process.env;
const keys = { accessKeyId: S3_ACCESS_KEY_ID, secretAccessKey: S3_SECRET_ACCESS_KEY };
const onS3 = S3_ENDPOINT ? s3Store({ endpoint: S3_ENDPOINT, region: S3_REGION, bucket: S3_BUCKET, ...keys }, { SAWT_DATA: folder }) : null;
/** `lends`: whether what is lent is a copy, made for it. */
const adapters: { name: string; variable?: string; open: () => MediaStore; lends: 'itself' | 'a copy' }[] = [
  { name: 'disk', open: () => diskStore(path.join(folder, 'media')), lends: 'itself' },
  { name: 's3', variable: 'S3_ENDPOINT', open: () => onS3!, lends: 'a copy' }
];

let made = 0;
async function fileWith(content: Buffer): Promise<string> {
  const file = path.join(folder, `file-${made++}`);
  await writeFile(file, content);
  return file;
}

/** Of this run, and taken away after it: the bucket is not ours. */
const used = new Set<string>();
const freshKey = () => {
  const key = `recordings/test-${randomBytes(8).toString('hex')}`;
  used.add(key);
  return key;
};
const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');

contract('store', adapters, ({ open, lends }) => {
  const store = open();
  afterAll(async () => {
    for (const key of used) await store.remove(key);
  });

  it('R34 takes a file in whole, tells its SHA-256, and leaves nothing where it lay', async () => {
    const content = randomBytes(300_000);
    const file = await fileWith(content);
    const key = freshKey();
    expect(await store.putFile(key, file)).toEqual({ bytes: 300_000, sha256: sha256(content) });
    await expect(access(file)).rejects.toThrow();
    expect(await store.stat(key)).toEqual({ bytes: 300_000 });
    expect((await buffer(await store.open(key))).equals(content)).toBe(true);
  });

  it('answers the same when a crash makes it take the same file in again', async () => {
    const content = randomBytes(1_000);
    const file = await fileWith(content);
    const key = freshKey();
    const first = await store.putFile(key, file);
    expect(await store.putFile(key, file)).toEqual(first);
    expect(await store.putFile(key, await fileWith(content))).toEqual(first);
  });

  it('R34 takes in what is larger than one part of an upload, byte for byte', { timeout: 60_000 }, async () => {
    const content = randomBytes(20 * 1024 * 1024 + 7);
    const key = freshKey();
    expect(await store.putFile(key, await fileWith(content))).toEqual({ bytes: content.length, sha256: sha256(content) });
    const [start, end] = [8 * 1024 * 1024 - 5, 16 * 1024 * 1024 + 5];
    expect((await buffer(await store.open(key, { start, end }))).equals(content.subarray(start, end + 1))).toBe(true);
    expect(sha256(await buffer(await store.open(key)))).toBe(sha256(content));
  });

  it('adopts a file once, and says so again when a crash makes it ask twice', async () => {
    const content = randomBytes(50_000);
    const file = await fileWith(content);
    const key = freshKey();
    await store.adoptFile(key, file);
    await expect(access(file)).rejects.toThrow();
    await store.adoptFile(key, file);
    expect((await buffer(await store.open(key))).equals(content)).toBe(true);
    await expect(store.adoptFile(freshKey(), file)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('keeps nothing open for a reader who leaves in the middle', async () => {
    const key = freshKey();
    await store.putFile(key, await fileWith(randomBytes(2_000_000)));
    for await (const chunk of await store.open(key)) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    expect((await buffer(await store.open(key, { start: 0, end: 9 }))).length).toBe(10);
  });

  it.each([
    [0, 0],
    [0, 99],
    [10, 19],
    [99, 99]
  ])('gives the bytes %i to %i, both ends inclusive', async (start, end) => {
    const content = randomBytes(100);
    const key = freshKey();
    await store.putFile(key, await fileWith(content));
    expect((await buffer(await store.open(key, { start, end }))).equals(content.subarray(start, end + 1))).toBe(true);
  });

  it('refuses what is not there, and forgets without complaint', async () => {
    const key = freshKey();
    await expect(store.open(key)).rejects.toMatchObject({ code: 'not_found' });
    await expect(store.withLocalFile(key, async () => 1)).rejects.toMatchObject({ code: 'not_found' });
    await expect(store.putFile(key, path.join(folder, 'never-was'))).rejects.toMatchObject({ code: 'not_found' });
    expect(await store.stat(key)).toBeNull();
    await store.remove(key);

    await store.putFile(key, await fileWith(randomBytes(10)));
    await store.remove(key);
    expect(await store.stat(key)).toBeNull();
  });

  it('lends the content as a file and has it still afterwards', async () => {
    const content = randomBytes(5_000);
    const key = freshKey();
    await store.putFile(key, await fileWith(content));
    expect((await store.withLocalFile(key, (file) => readFile(file))).equals(content)).toBe(true);
    expect(await store.stat(key)).toEqual({ bytes: 5_000 });
  });

  if (lends === 'a copy')
    it('R33 lends a copy in a folder that nobody else may enter, and takes it away, also when the work fails', async () => {
      const key = freshKey();
      await store.putFile(key, await fileWith(randomBytes(5_000)));
      let lent = '';
      const work = async (file: string) => {
        lent = file;
        expect((await stat(path.dirname(file))).mode & 0o777).toBe(0o700);
        expect((await stat(file)).mode & 0o777).toBe(0o444);
        throw new Error('the work failed');
      };
      await expect(store.withLocalFile(key, work)).rejects.toThrow('the work failed');
      await expect(access(lent)).rejects.toThrow();
    });

  it('lists every key under a folder', async () => {
    const under = `renditions/test-${randomBytes(4).toString('hex')}`;
    const keys = [`${under}/light_video`, `${under}/deeper/peaks`];
    for (const key of keys) {
      used.add(key);
      await store.putFile(key, await fileWith(randomBytes(10)));
    }
    expect((await keysUnder(store, under)).toSorted()).toEqual(keys.toSorted());
    expect(await keysUnder(store, 'renditions/none')).toEqual([]);
  });

  it.each(['../secret', '/etc/passwd', 'a/../../b', 'a//b', 'a/', '', 'A', 'a b', '.incoming/x', 'a/.b', 'é', `${'a'.repeat(201)}`])(
    'refuses the key %j, whatever is asked',
    async (key) => {
      const file = await fileWith(randomBytes(1));
      await expect(store.putFile(key, file)).rejects.toThrow('not a key');
      await expect(store.open(key)).rejects.toThrow('not a key');
      await expect(store.stat(key)).rejects.toThrow('not a key');
      await expect(store.remove(key)).rejects.toThrow('not a key');
      await expect(store.withLocalFile(key, async () => 1)).rejects.toThrow('not a key');
    }
  );

  it('knows how much more it can hold, or that it does not know', async () => {
    const room = await store.room();
    expect(room === null || room > 0).toBe(true);
  });
});

if (S3_ENDPOINT && onS3) {
  const store = onS3;
  const client = new S3Client({ endpoint: S3_ENDPOINT, region: S3_REGION, credentials: keys, forcePathStyle: true });

  async function uploadsUnder(Prefix: string): Promise<number> {
    return (await client.send(new ListMultipartUploadsCommand({ Bucket: S3_BUCKET, Prefix }))).Uploads?.length ?? 0;
  }

  describe('what a killed process sent to s3 in part', () => {
    it('R33 is named with its folder and destroyed with its key, and no other key', async () => {
      const under = `renditions/test-${randomBytes(4).toString('hex')}`;
      const at = { Bucket: S3_BUCKET, Key: `${under}/light_video` };
      const { UploadId } = await client.send(new CreateMultipartUploadCommand(at));
      await client.send(new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: randomBytes(1_000) }));
      expect(await store.stat(at.Key)).toBeNull();
      expect(await keysUnder(store, under)).toEqual([at.Key]);

      await store.remove(`${under}/light`);
      expect(await uploadsUnder(under)).toBe(1);
      await store.remove(at.Key);
      expect(await uploadsUnder(under)).toBe(0);
      expect(await keysUnder(store, under)).toEqual([]);
    });
  });
}

import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { S3 } from '@aws-sdk/client-s3';
import { Upload } from '@tus/server';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { s3Store } from '#engines/store/s3.server.ts';
import type { MediaStore } from '#engines/store/port.ts';
import type { RecordingId } from '#platform/ids.ts';
import { s3PlaceOf, s3Settings } from '#platform/s3.server.ts';
import { contract } from '#tests/support/contract.ts';
import { testBucket, type TestBucket } from '#tests/support/test-bucket.ts';
import { keysUnder } from '#tests/support/told.ts';
import { discardPieces, DurableS3Store, PART } from './durable-s3-store.server.ts';

contract('uploads between two moments', [{ name: 's3', variable: 'S3_ENDPOINT' }], () => {
  let bucket: TestBucket;
  let media: MediaStore;
  let client: S3;
  let Bucket: string;

  beforeAll(async () => {
    bucket = (await testBucket())!;
    const place = s3PlaceOf(bucket.variables)!;
    media = s3Store(place, { SAWT_DATA: '' });
    client = new S3(s3Settings(place));
    Bucket = place.bucket;
  });
  afterAll(() => bucket.remove());

  /** What another process would see: nothing is remembered. */
  const uploads = () => new DurableS3Store(s3PlaceOf(bucket.variables)!, media);
  const offsetOf = async (id: RecordingId) => (await uploads().getUpload(id)).offset;

  async function begun(size: number): Promise<{ id: RecordingId; bytes: Buffer; UploadId: string; Key: string }> {
    const id = randomUUID() as RecordingId;
    await uploads().create(new Upload({ id, size, offset: 0, metadata: { recording: id } }));
    const Key = `recordings/${id}`;
    const { Uploads = [] } = await client.listMultipartUploads({ Bucket, Prefix: Key });
    return { id, bytes: randomBytes(size), UploadId: Uploads[0]!.UploadId!, Key };
  }

  async function arrivesWhole(id: RecordingId, bytes: Buffer): Promise<void> {
    const offset = await offsetOf(id);
    expect(await uploads().write(Readable.from([bytes.subarray(offset)]), id, offset)).toBe(bytes.length);
    await uploads().complete(id);
    const stored = await buffer(await media.open(`recordings/${id}`));
    expect(createHash('sha256').update(stored).digest('hex')).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(await keysUnder(media, `uploads/${id}`)).toEqual([`uploads/${id}/record`]);
  }

  it('R34 counts no part behind a gap that a killed process left', async () => {
    const { id, bytes, UploadId, Key } = await begun(3 * PART + 5);
    for (const PartNumber of [1, 3])
      await client.uploadPart({ Bucket, Key, UploadId, PartNumber, Body: bytes.subarray((PartNumber - 1) * PART, PartNumber * PART) });
    expect(await offsetOf(id)).toBe(PART);
    await arrivesWhole(id, bytes);
  });

  it('R34 counts what a part holds once, when the process was killed before it took the pieces away', async () => {
    const { id, bytes, UploadId, Key } = await begun(PART + 1_000);
    expect(await uploads().write(Readable.from([bytes.subarray(0, 3_000_000)]), id, 0)).toBe(3_000_000);
    await client.uploadPart({ Bucket, Key, UploadId, PartNumber: 1, Body: bytes.subarray(0, PART) });
    expect(await offsetOf(id)).toBe(PART);
    await arrivesWhole(id, bytes);
  });

  it('goes on from whichever pieces lead furthest, where two processes wrote the same bytes', async () => {
    const { id, bytes } = await begun(2_000_000);
    const piece = (start: number, end: number) =>
      client.putObject({ Bucket, Key: `uploads/${id}/${start}-${end}`, Body: bytes.subarray(start, end) });
    await Promise.all([piece(0, 500_000), piece(500_000, 700_000), piece(400_000, 900_000), piece(950_000, 960_000)]);
    expect(await offsetOf(id)).toBe(900_000);
    await arrivesWhole(id, bytes);
  });

  it('keeps what had come when the sender’s line breaks with an error', async () => {
    const { id, bytes } = await begun(PART + 3_000_000);
    const breaking = Readable.from(
      (function* () {
        yield bytes.subarray(0, PART + 1_000_000);
        throw new Error('the line broke');
      })()
    );
    await expect(uploads().write(breaking, id, 0)).rejects.toThrow('the line broke');
    expect(await offsetOf(id)).toBe(PART + 1_000_000);
    await arrivesWhole(id, bytes);
  });

  it('makes one recording of it, however many processes find it whole', async () => {
    const { id, bytes } = await begun(2 * PART);
    await uploads().write(Readable.from([bytes]), id, 0);
    await Promise.all([uploads().complete(id), uploads().complete(id), uploads().complete(id)]);
    expect((await buffer(await media.open(`recordings/${id}`))).equals(bytes)).toBe(true);
    expect(await offsetOf(id)).toBe(2 * PART);
    await uploads().complete(id);
  });

  it('says not found of what is not whole, and of what never was', async () => {
    const { id, bytes } = await begun(1_000);
    await uploads().write(Readable.from([bytes.subarray(0, 999)]), id, 0);
    await expect(uploads().complete(id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(uploads().complete(randomUUID() as RecordingId)).rejects.toMatchObject({ code: 'not_found' });
    await expect(uploads().getUpload(randomUUID())).rejects.toMatchObject({ status_code: 404 });
  });

  it('R19 leaves nothing of bytes that were on their way when the recording was destroyed', async () => {
    const { id, bytes } = await begun(1_000);
    const late = Readable.from(
      (async function* () {
        yield bytes.subarray(0, 400);
        await media.remove(`recordings/${id}`);
        await discardPieces(media, id);
        yield bytes.subarray(400, 700);
      })()
    );
    await expect(uploads().write(late, id, 0)).rejects.toMatchObject({ status_code: 410 });
    expect([...(await keysUnder(media, 'uploads')), ...(await keysUnder(media, 'recordings'))].filter((key) => key.includes(id))).toEqual(
      []
    );
  });

  it('clears away what a killed process began and never wrote down', async () => {
    const id = randomUUID();
    await client.createMultipartUpload({ Bucket, Key: `recordings/${id}` });
    const day = 24 * 3_600_000;
    await uploads().expire(Date.now() + 13 * day);
    expect(await keysUnder(media, 'recordings')).toContain(`recordings/${id}`);
    await uploads().expire(Date.now() + 15 * day);
    expect(await keysUnder(media, 'recordings')).not.toContain(`recordings/${id}`);
  });
});

import type { Readable } from 'node:stream';
import { paginateListObjectsV2, paginateListParts, S3, type Part } from '@aws-sdk/client-s3';
import { S3Store, type MetadataValue } from '@tus/s3-store';
import { ERRORS, Upload } from '@tus/server';
import type { MediaStore } from '#engines/store/port.ts';
import { DomainError } from '#platform/errors.ts';
import type { RecordingId } from '#platform/ids.ts';
import { orNull, refusing, refusingEach, s3Settings, type S3Place } from '#platform/s3.server.ts';
import { recordingKey, SILENCE_MS, type UploadStore } from './upload-store.ts';

/**
 * Bytes of every part but the last, for every upload, for good: a part's number says which bytes it holds. So a part that two processes
 * send is the same twice, a gap is seen, and servers that do not tell sizes (Supabase) or want equal ones (R2) are served. 16 GiB, the
 * most that is taken, are 2,048 parts.
 */
export const PART = 8 * 1024 * 1024;
/** Parts on their way at a time for one upload; each is held in memory until it is there. */
const PARTS_AT_ONCE = 3;

/** Uploads about which something is remembered from one request's question to its writing. */
const MOST_FOUND = 500;

/** Two processes would each believe their own. */
const NOTHING_REMEMBERED = { get: async () => undefined, set: async () => undefined, delete: async () => undefined };

/** Bytes past the last whole part, `end` exclusive; the object is named by both and never written again. */
type Piece = { key: string; start: number; end: number };

type Arrived = {
  record: MetadataValue;
  size: number;
  /** Whole parts from the beginning, without a gap; null once they are one object. */
  parts: { PartNumber: number; ETag: string }[] | null;
  /** Those that go on from the last part, without a gap. */
  pieces: Piece[];
  offset: number;
  /** Everything that lies beside the parts and is in them already. */
  spent: Piece[];
  last: Date;
};

/**
 * tus uploads in S3: a recording's parts gather under its own key in the media store, what is too small for a part beside it, under
 * `uploads/<id>/`. Nothing of it is on this machine: any web process goes on where another was killed. An offset is told once all before
 * it is stored. What is taken of `S3Store` is how an upload begins, is found again and becomes one object; ADR 0110 says why not its writing.
 */
export class DurableS3Store extends S3Store implements UploadStore {
  readonly #media: MediaStore;
  /** What `getUpload` has just found, for the writing that follows it under the same lock. */
  readonly #found = new Map<string, Arrived>();

  /** @param silenceMs after how long without a byte the bucket counts as away: the sender waits, and asks again by itself */
  constructor(place: S3Place, media: MediaStore, { silenceMs = 30_000 }: { silenceMs?: number } = {}) {
    const s3ClientConfig = { ...s3Settings(place, silenceMs), bucket: place.bucket };
    super({ partSize: PART, useTags: false, cache: NOTHING_REMEMBERED, expirationPeriodInMilliseconds: SILENCE_MS, s3ClientConfig });
    this.extensions = ['creation', 'creation-with-upload', 'termination', 'expiration'];
    this.client = new S3(s3ClientConfig);
    this.#media = media;
  }

  /** Creating again what is there leaves it as it is: the client asks for the offset and goes on. */
  override async create(upload: Upload): Promise<Upload> {
    if (!(await this.#record(upload.id)))
      await refusing(super.create(new Upload({ ...upload, id: recordingKey(upload.id), metadata: upload.metadata })));
    return upload;
  }

  override async getUpload(id: string): Promise<Upload> {
    const arrived = await this.#arrived(id);
    if (!arrived) throw ERRORS.FILE_NOT_FOUND;
    if (this.#found.size >= MOST_FOUND) this.#found.clear();
    this.#found.set(id, arrived);
    const { record, size, offset, last } = arrived;
    return new Upload({ id, size, offset, metadata: record.file.metadata, creation_date: last.toISOString() });
  }

  override async write(readable: Readable, id: string, offset: number): Promise<number> {
    const arrived = this.#found.get(id) ?? (await this.#arrived(id));
    this.#found.delete(id);
    if (!arrived?.parts) throw ERRORS.FILE_NO_LONGER_EXISTS;
    if (arrived.offset !== offset) throw ERRORS.INVALID_OFFSET;
    return this.#pour(readable, id, arrived);
  }

  override async remove(id: string): Promise<void> {
    await this.#media.remove(recordingKey(id));
    await discardPieces(this.#media, id);
  }

  async knows(id: RecordingId): Promise<boolean> {
    return (await this.#record(id)) !== null;
  }

  room(): Promise<number | null> {
    return this.#media.room();
  }

  async complete(id: RecordingId): Promise<void> {
    const key = recordingKey(id);
    if (!(await this.#media.stat(key))) await this.#join(id);
    for (const { key } of await this.#pieces(id)) await this.#media.remove(key);
  }

  async #join(id: RecordingId): Promise<void> {
    const arrived = await this.#arrived(id);
    if (!arrived || arrived.offset !== arrived.size) throw new DomainError('not_found');
    // Without parts another process was just faster.
    if (arrived.parts) await orNull(this.finishMultipartUpload(arrived.record, arrived.parts));
    if ((await this.#media.stat(recordingKey(id)))?.bytes !== arrived.size) throw new DomainError('store_down');
  }

  async expire(now: number): Promise<number> {
    const begun = new Set<string>();
    for await (const key of this.#media.list('uploads')) begun.add(key.split('/')[1]!);
    for await (const id of this.#unfinished()) begun.add(id);
    let cleared = 0;
    for (const id of begun) {
      const arrived = await this.#arrived(id);
      if (arrived && now - arrived.last.getTime() < SILENCE_MS) continue;
      if (arrived?.parts) await this.#media.remove(recordingKey(id));
      if (!arrived && !(await this.#abandon(id, now))) continue;
      await discardPieces(this.#media, id);
      cleared += 1;
    }
    return cleared;
  }

  /** Reads to the end or to the sender's breaking off, and keeps all of it either way before it answers. */
  async #pour(readable: Readable, id: string, arrived: Arrived): Promise<number> {
    const { record, size, spent } = arrived;
    let next = arrived.parts!.length + 1;
    let stored = arrived.offset;
    let waiting = await this.#fetched(arrived.pieces, (next - 1) * PART);
    let held = lengthOf(waiting);
    const sending = new Set<Promise<unknown>>();
    let failed = false;

    const send = async (body: Buffer) => {
      const part = this.uploadPart(record, body, next).catch((error: unknown) => {
        failed = true;
        throw error;
      });
      next += 1;
      sending.add(part);
      void part.then(
        () => sending.delete(part),
        () => undefined
      );
      if (sending.size >= PARTS_AT_ONCE) await Promise.race(sending);
    };
    const keepTail = async () => {
      // None is still on its way when another request takes over.
      await Promise.allSettled(sending);
      await refusing(Promise.all(sending));
      // What a part holds now begins where it ended, or what was kept before.
      const from = Math.max(stored, (next - 1) * PART);
      const end = (next - 1) * PART + held;
      if (end > from && end < size) await this.#keep(id, from, Buffer.concat(waiting).subarray(held - (end - from)));
      stored = Math.min(end, size);
    };

    try {
      for await (const chunk of readable as AsyncIterable<Buffer>) {
        waiting.push(chunk);
        held += chunk.length;
        while (held >= PART && !failed) {
          const all = Buffer.concat(waiting);
          waiting = held > PART ? [all.subarray(PART)] : [];
          held -= PART;
          await send(all.subarray(0, PART));
        }
        if (failed) break;
      }
    } finally {
      if (held && (next - 1) * PART + held === size) {
        await send(Buffer.concat(waiting));
        held = 0;
      }
      await keepTail();
    }
    const inParts = (next - 1) * PART;
    for (const { key } of [...spent, ...arrived.pieces.filter(({ end }) => end <= inParts)]) await this.#media.remove(key);
    return stored;
  }

  async #keep(id: string, start: number, body: Buffer): Promise<void> {
    const key = `${folderOf(id)}/${start}-${start + body.length}`;
    await refusing(this.client.putObject({ Bucket: this.bucket, Key: key, Body: body }));
    // Destroyed meanwhile, the record goes first: whoever destroys it then finds this piece, or we find no record.
    if (await this.#record(id)) return;
    await this.#media.remove(key);
    throw ERRORS.FILE_NO_LONGER_EXISTS;
  }

  async #fetched(pieces: readonly Piece[], begin: number): Promise<Buffer[]> {
    const buffers: Buffer[] = [];
    let from = begin;
    for (const { key, start, end } of pieces) {
      const { Body } = await refusing(this.client.getObject({ Bucket: this.bucket, Key: key }));
      const bytes = Buffer.from(await refusing(Body!.transformToByteArray()));
      if (bytes.length !== end - start) throw new DomainError('store_down');
      buffers.push(bytes.subarray(from - start));
      from = end;
    }
    return buffers;
  }

  async #record(id: string): Promise<MetadataValue | null> {
    return orNull(this.getMetadata(recordingKey(id)));
  }

  async #arrived(id: string): Promise<Arrived | null> {
    const record = await this.#record(id);
    const size = record?.file.size;
    if (!record || size === undefined) return null;
    const known = { record, size, last: new Date(record.file.creation_date!) };
    const listed = await orNull(this.#parts(record));
    if (!listed) {
      // No parts any more: they are the recording, or they were taken away.
      const stored = await this.#media.stat(recordingKey(id));
      return stored && { ...known, parts: null, pieces: [], spent: [], offset: size };
    }
    const parts = withoutGap(listed, size);
    const inParts = Math.min(parts.length * PART, size);
    const pieces = await this.#pieces(id);
    const chain = chainFrom(pieces, inParts);
    const times = [...listed, ...pieces].flatMap(({ LastModified }) => LastModified?.getTime() ?? []);
    return {
      ...known,
      parts,
      pieces: chain,
      offset: chain.at(-1)?.end ?? inParts,
      spent: pieces.filter(({ end }) => end <= inParts),
      last: new Date(Math.max(known.last.getTime(), ...times))
    };
  }

  async #parts(record: MetadataValue): Promise<Part[]> {
    const found: Part[] = [];
    const upload = { Bucket: this.bucket, Key: record.file.id, UploadId: record['upload-id'] };
    for await (const { Parts = [] } of paginateListParts({ client: this.client }, upload)) found.push(...Parts);
    return found;
  }

  async #pieces(id: string): Promise<(Piece & { LastModified: Date | undefined })[]> {
    const found = [];
    const pages = paginateListObjectsV2({ client: this.client }, { Bucket: this.bucket, Prefix: `${folderOf(id)}/` });
    for await (const { Contents = [] } of refusingEach(pages))
      for (const { Key, LastModified } of Contents) {
        const [, start, end] = /\/(\d+)-(\d+)$/.exec(Key!) ?? [];
        if (start && end) found.push({ key: Key!, start: Number(start), end: Number(end), LastModified });
      }
    return found;
  }

  /** Ids of recordings of which parts lie in the bucket. */
  async *#unfinished(): AsyncIterable<string> {
    let from: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = {};
    for (;;) {
      const page = await refusing(this.client.listMultipartUploads({ Bucket: this.bucket, Prefix: 'recordings/', ...from }));
      for (const { Key } of page.Uploads ?? []) if (Key) yield Key.slice('recordings/'.length);
      if (!page.IsTruncated || !page.NextKeyMarker) return;
      from = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
    }
  }

  /**
   * Of what a killed process began and never wrote down, or did not take away to its end.
   * @returns whether it was old enough
   */
  async #abandon(id: string, now: number): Promise<boolean> {
    const Prefix = recordingKey(id);
    const { Uploads = [] } = await refusing(this.client.listMultipartUploads({ Bucket: this.bucket, Prefix }));
    const times = [...Uploads.map(({ Initiated }) => Initiated), ...(await this.#pieces(id)).map(({ LastModified }) => LastModified)];
    if (times.some((time) => now - (time?.getTime() ?? 0) < SILENCE_MS)) return false;
    for (const { Key, UploadId } of Uploads)
      if (Key === Prefix) await orNull(this.client.abortMultipartUpload({ Bucket: this.bucket, Key, UploadId }));
    return true;
  }

  /** What is known of an upload: its length and its id, nothing that a browser sent along. */
  protected override infoKey(key: string): string {
    return `${folderOf(key.slice('recordings/'.length))}/record`;
  }
}

const folderOf = (id: string) => `uploads/${id}`;

/** Destroys what lies beside the parts. Works on any media store: there may be none of it. */
export async function discardPieces(store: Pick<MediaStore, 'list' | 'remove'>, id: string): Promise<void> {
  await store.remove(`${folderOf(id)}/record`);
  for await (const key of store.list(folderOf(id))) await store.remove(key);
}

/** Servers list a part that was sent twice once or twice; its content is the same. A size that does not fit is none of ours. */
function withoutGap(listed: readonly Part[], size: number) {
  const byNumber = new Map(listed.map((part) => [part.PartNumber, part]));
  const parts: { PartNumber: number; ETag: string }[] = [];
  for (let number = 1; (number - 1) * PART < size; number += 1) {
    const { ETag, Size } = byNumber.get(number) ?? {};
    if (!ETag || (Size !== undefined && Size !== Math.min(PART, size - (number - 1) * PART))) break;
    parts.push({ PartNumber: number, ETag });
  }
  return parts;
}

/** Of pieces that may overlap, those that lead furthest. */
function chainFrom(pieces: readonly Piece[], offset: number): Piece[] {
  const chain: Piece[] = [];
  for (let at = offset; ; at = chain.at(-1)!.end) {
    const best = pieces.filter(({ start, end }) => start <= at && end > at).toSorted((a, b) => b.end - a.end)[0];
    if (!best) return chain;
    chain.push(best);
  }
}

const lengthOf = (buffers: readonly Buffer[]) => buffers.reduce((sum, { length }) => sum + length, 0);

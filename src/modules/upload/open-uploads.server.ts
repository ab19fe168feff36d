import path from 'node:path';
import type { Readable } from 'node:stream';
import { DataStore, type Upload } from '@tus/server';
import type { MediaStore } from '#engines/store/port.ts';
import type { Deps } from '#platform/deps.server.ts';
import type { RecordingId } from '#platform/ids.ts';
import { s3PlaceOf } from '#platform/s3.server.ts';
import { DurableFileStore } from './durable-file-store.server.ts';
import { DurableS3Store } from './durable-s3-store.server.ts';
import type { UploadStore } from './upload-store.ts';

/** One for each media store of the process: it holds connections. */
const opened = new WeakMap<MediaStore, UploadStore>();

/** Where uploads gather: where new media go, in the bucket that the environment names or on this disk. */
export function openUploads({ env, store }: Pick<Deps, 'env' | 'store'>): UploadStore {
  const known = opened.get(store);
  if (known) return known;
  const onDisk = new DurableFileStore(path.join(env.SAWT_DATA, 'uploads'), store);
  const place = s3PlaceOf(env);
  const uploads = place ? inTwoPlaces(new DurableS3Store(place, store), onDisk, env) : onDisk;
  opened.set(store, uploads);
  return uploads;
}

function inTwoPlaces(inBucket: UploadStore, onDisk: UploadStore, { MEDIA_STORE }: Deps['env']): UploadStore {
  return MEDIA_STORE === 'disk' ? new UploadsInTwoPlaces(onDisk, inBucket) : new UploadsInTwoPlaces(inBucket, onDisk);
}

/** New uploads gather in one place; what began in the other, before the archive changed its store, ends there. */
class UploadsInTwoPlaces extends DataStore implements UploadStore {
  readonly #here: UploadStore;
  readonly #before: UploadStore;

  constructor(here: UploadStore, before: UploadStore) {
    super();
    this.extensions = here.extensions;
    this.#here = here;
    this.#before = before;
  }

  async #of(id: string): Promise<UploadStore> {
    return (await this.#before.knows(id as RecordingId)) ? this.#before : this.#here;
  }

  override async create(upload: Upload): Promise<Upload> {
    return (await this.#of(upload.id)).create(upload);
  }

  override async write(readable: Readable, id: string, offset: number): Promise<number> {
    return (await this.#of(id)).write(readable, id, offset);
  }

  override async getUpload(id: string): Promise<Upload> {
    return (await this.#of(id)).getUpload(id);
  }

  override async remove(id: string): Promise<void> {
    await (await this.#of(id)).remove(id);
  }

  override getExpiration(): number {
    return this.#here.getExpiration();
  }

  async knows(id: RecordingId): Promise<boolean> {
    return (await this.#of(id)).knows(id);
  }

  room(): Promise<number | null> {
    return this.#here.room();
  }

  async complete(id: RecordingId): Promise<void> {
    await (await this.#of(id)).complete(id);
  }

  async expire(now: number): Promise<number> {
    return (await this.#here.expire(now)) + (await this.#before.expire(now));
  }
}

import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, stat, unlink, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FileStore } from '@tus/file-store';
import { ERRORS, Upload } from '@tus/server';
import type { MediaStore } from '#engines/store/port.ts';
import type { RecordingId } from '#platform/ids.ts';
import { roomIn } from '#platform/room.server.ts';
import { recordingKey, SILENCE_MS, type UploadStore } from './upload-store.ts';

/** So much is written between two flushes: the last one, which the acknowledgement waits for, is then short. */
const FLUSH_EVERY = 16 * 1024 * 1024;
/** What may wait in memory to be written in one go. */
const BUFFER = 1024 * 1024;

/**
 * tus uploads on disk, where an offset that was acknowledged outlives a power cut: bytes, file and folder entry are flushed first.
 * Expiry counts from the last byte, not from the beginning: a thin line may take weeks.
 */
export class DurableFileStore extends FileStore implements UploadStore {
  readonly #media: MediaStore;

  constructor(directory: string, media: MediaStore) {
    super({ directory, expirationPeriodInMilliseconds: SILENCE_MS });
    this.#media = media;
  }

  /** Creating again what is there leaves it as it is: the client asks for the offset and goes on. */
  override async create(file: Upload): Promise<Upload> {
    if ((await this.configstore.get(file.id)) === undefined) {
      await super.create(file);
      await flush(this.#path(file.id));
      await flush(this.directory);
    }
    return file;
  }

  override async write(readable: Readable, id: string, offset: number): Promise<number> {
    const handle = await open(this.#path(id), 'r+');
    try {
      return offset + (await pour(readable, this.#path(id), handle, offset));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') throw { status_code: 507, body: 'store_full' };
      throw ERRORS.FILE_WRITE_ERROR;
    } finally {
      await handle.close();
    }
  }

  override async getUpload(id: string): Promise<Upload> {
    const known = await this.configstore.get(id);
    if (!known) throw ERRORS.FILE_NOT_FOUND;
    const { size, metadata } = known;
    if (size === undefined) throw ERRORS.FILE_NOT_FOUND;
    const file = await stat(this.#path(id)).catch(() => null);
    if (!file) {
      if (!(await this.#media.stat(recordingKey(id)))) throw ERRORS.FILE_NO_LONGER_EXISTS;
      return new Upload({ id, size, offset: size, metadata, creation_date: new Date().toISOString() });
    }
    // What a dropped connection left in memory only is on disk before it counts.
    await flush(this.#path(id));
    return new Upload({
      id,
      size,
      offset: file.size,
      metadata,
      creation_date: file.mtime.toISOString(),
      storage: { type: 'file', path: this.#path(id) }
    });
  }

  async knows(id: RecordingId): Promise<boolean> {
    return (await stat(this.#path(id)).catch(() => null)) !== null || (await this.configstore.get(id)) !== undefined;
  }

  /** What gathers here needs room here, and in the store afterwards. */
  async room(): Promise<number> {
    return Math.min(await roomIn(this.directory), (await this.#media.room()) ?? Infinity);
  }

  async complete(id: RecordingId): Promise<void> {
    const key = recordingKey(id);
    if (!(await this.#media.stat(key))) await this.#media.adoptFile(key, this.#path(id));
  }

  async expire(now: number): Promise<number> {
    return expireUploads(this.directory, now);
  }

  #path(id: string): string {
    return path.join(this.directory, path.basename(id));
  }
}

/** Writes as it comes, flushing on the way; returns bytes written, all of them on disk, also when the sender breaks off. */
async function pour(readable: Readable, path: string, handle: FileHandle, offset: number): Promise<number> {
  const file = createWriteStream(path, { flags: 'r+', start: offset, highWaterMark: BUFFER });
  let flushed = 0;
  let flushing: Promise<void> | null = null;
  file.on('drain', () => {
    if (flushing || file.bytesWritten - flushed < FLUSH_EVERY) return;
    flushed = file.bytesWritten;
    // A failure here shows again in the last flush, which the answer waits for.
    flushing = handle
      .datasync()
      .catch(() => undefined)
      .finally(() => (flushing = null));
  });
  try {
    await pipeline(readable, file);
  } finally {
    await flushing;
    await handle.sync();
  }
  return file.bytesWritten;
}

async function flush(file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Clears uploads away that were silent for 14 days, and the records of those long taken in.
 * @param now ms since the epoch
 * @returns how many
 */
export async function expireUploads(directory: string, now: number): Promise<number> {
  await mkdir(directory, { recursive: true });
  const names = await readdir(directory);
  let cleared = 0;
  for (const record of names.filter((name) => name.endsWith('.json'))) {
    const bytes = path.join(directory, record.slice(0, -'.json'.length));
    const last = await stat(bytes).catch(() => stat(path.join(directory, record)).catch(() => null));
    if (!last || now - last.mtimeMs < SILENCE_MS) continue;
    await unlink(bytes).catch(() => undefined);
    await unlink(path.join(directory, record)).catch(() => undefined);
    cleared += 1;
  }
  return cleared;
}

import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { chmod, copyFile, mkdir, open, opendir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { DomainError } from '#platform/errors.ts';
import { roomIn } from '#platform/room.server.ts';
import { checkedKey } from './keys.ts';
import type { MediaStore } from './port.ts';

/** Files being copied in from another disk. Keys never begin with a dot, so nothing here is ever listed. */
const INCOMING = '.incoming';
/** What lies in the store never changes, and media tools without rights read it; the folder is closed to everyone else. */
const FILE_MODE = 0o444;
const FOLDER_MODE = 0o700;

/** The media store in a folder of this machine. What `putFile` has answered for survives a power cut. */
export function diskStore(folder: string): MediaStore {
  const root = path.resolve(folder);
  const place = (key: string) => path.join(root, checkedKey(key));

  async function adopt(target: string, source: string): Promise<void> {
    await mkdir(path.dirname(target), { recursive: true, mode: FOLDER_MODE });
    if ((await sizeOf(source)) === null) {
      // Moved in before a crash kept the caller from writing it down.
      if ((await sizeOf(target)) !== null) return;
      throw new DomainError('not_found');
    }
    await makeDurable(source);
    await moveIn(source, target, path.join(root, INCOMING));
    await syncFolders(path.dirname(target), root);
  }

  return {
    async putFile(key, source) {
      await adopt(place(key), source);
      return hashed(place(key));
    },

    adoptFile: (key, source) => adopt(place(key), source),

    async open(key, range) {
      const file = place(key);
      const held = await orNotFound(open(file, 'r'));
      return held.createReadStream({ ...range, highWaterMark: 256 * 1024 });
    },

    async stat(key) {
      const bytes = await sizeOf(place(key));
      return bytes === null ? null : { bytes };
    },

    async withLocalFile(key, work) {
      const file = place(key);
      if ((await sizeOf(file)) === null) throw new DomainError('not_found');
      return work(file);
    },

    async remove(key) {
      await rm(place(key), { force: true });
    },

    async *list(under) {
      yield* keysUnder(root, under === null ? '' : checkedKey(under));
    },

    async room() {
      await mkdir(root, { recursive: true, mode: FOLDER_MODE });
      return roomIn(root);
    }
  };
}

async function sizeOf(file: string): Promise<number | null> {
  try {
    const found = await stat(file);
    return found.isFile() ? found.size : null;
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

async function hashed(file: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      hash.update(chunk);
    }
  });
  return { bytes, sha256: hash.digest('hex') };
}

async function makeDurable(file: string): Promise<void> {
  const held = await open(file, 'r');
  try {
    await held.sync();
  } finally {
    await held.close();
  }
  await chmod(file, FILE_MODE);
}

async function moveIn(source: string, target: string, incoming: string): Promise<void> {
  try {
    await rename(source, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    await mkdir(incoming, { recursive: true, mode: FOLDER_MODE });
    const copy = path.join(incoming, path.basename(target));
    await copyFile(source, copy, constants.COPYFILE_FICLONE);
    await makeDurable(copy);
    await rename(copy, target);
    await rm(source, { force: true });
  }
}

/** A rename is on disk once its folder is, and a new folder once its own parent is. */
async function syncFolders(from: string, root: string): Promise<void> {
  for (let folder = from; folder.startsWith(root); folder = path.dirname(folder)) {
    const held = await open(folder, 'r');
    try {
      await held.sync();
    } finally {
      await held.close();
    }
  }
}

async function* keysUnder(root: string, folder: string): AsyncIterable<string> {
  let entries;
  try {
    entries = await opendir(path.join(root, folder));
  } catch (error) {
    if (isAbsent(error)) return;
    throw error;
  }
  for await (const entry of entries) {
    if (entry.name === INCOMING) continue;
    const key = folder ? `${folder}/${entry.name}` : entry.name;
    if (entry.isDirectory()) yield* keysUnder(root, key);
    else if (entry.isFile()) yield key;
  }
}

async function orNotFound<T>(opening: Promise<T>): Promise<T> {
  try {
    return await opening;
  } catch (error) {
    throw isAbsent(error) ? new DomainError('not_found') : error;
  }
}

function isAbsent(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

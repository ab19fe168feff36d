import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { sql } from 'kysely';
import type { MediaStore } from '#engines/store/port.ts';
import { asSystem, type Db, type Tx } from '#platform/db.server.ts';
import type { Env } from '#platform/env.ts';
import { DomainError } from '#platform/errors.ts';
import { inWorkFolder } from '#platform/work-folder.server.ts';

type Parts = {
  db: Db;
  env: Pick<Env, 'SAWT_DATA'>;
  from: MediaStore;
  to: MediaStore;
  /** Runs work while no process of the archive writes the same key. */
  alone: <T>(key: string, work: () => Promise<T>) => Promise<T>;
};

/** Recordings on their way stay where they began, until they are whole or forgotten. */
const ON_THE_WAY = 'uploads/';

/**
 * What became of a file: `moved`; `gone`, destroyed or written anew meanwhile; or left in both stores for a person to look at:
 * `damaged` (its SHA-256 is not the one that was written down) and `differs` (the new store has another file under its key).
 */
export type Fate = 'moved' | 'gone' | 'damaged' | 'differs';

export type Moved = Record<Fate, number> & {
  bytes: number;
  /** Keys left where they were. They say nothing about people. */
  left: string[];
};

/** Files and bytes so far, of how many files there were when it began. */
export type Progress = { files: number; of: number; bytes: number };

/**
 * Moves every file of the archive from one store to another while it is in use, one after the other: copied, read back, compared by
 * SHA-256 with what was read and with what the database holds of it, and only then taken away where it was. A kill at any moment loses
 * nothing, and the next run goes on with what is left.
 * @throws DomainError `store_down`, `store_full`
 */
export async function moveMedia(parts: Parts, onProgress: (progress: Progress) => void = () => {}): Promise<Moved> {
  const moved: Moved = { moved: 0, gone: 0, damaged: 0, differs: 0, bytes: 0, left: [] };
  let of = 0;
  for await (const key of toBeMoved(parts.from)) if (key) of += 1;
  let files = 0;
  for await (const key of toBeMoved(parts.from)) {
    const { fate, bytes } = await parts.alone(key, () => moveOne(parts, key));
    moved[fate] += 1;
    moved.bytes += bytes;
    if (fate === 'damaged' || fate === 'differs') moved.left.push(key);
    files += 1;
    onProgress({ files, of, bytes: moved.bytes });
  }
  return moved;
}

async function* toBeMoved(from: MediaStore): AsyncIterable<string> {
  for await (const key of from.list(null)) if (!key.startsWith(ON_THE_WAY)) yield key;
}

type Done = { fate: Fate; bytes: number };

async function moveOne(parts: Parts, key: string): Promise<Done> {
  try {
    return await copyOver(parts, key);
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'not_found' || (await parts.from.stat(key))) throw error;
    await parts.to.remove(key);
    return { fate: 'gone', bytes: 0 };
  }
}

async function copyOver(parts: Parts, key: string): Promise<Done> {
  const { from, to } = parts;
  // Also what a store names that was begun there and never finished.
  if (!(await from.stat(key))) return { fate: 'gone', bytes: 0 };
  if (await to.stat(key)) return { fate: await settle(parts, key), bytes: 0 };
  return inWorkFolder(parts.env, async (folder) => {
    const copy = path.join(folder, path.basename(key));
    const read = await hashed(await from.open(key), copy);
    const known = await knownHash(parts.db, key);
    if (known !== null && known !== read.sha256) return { fate: 'damaged', bytes: 0 };
    await to.putFile(key, copy);
    const kept = await hashed(await to.open(key));
    if (kept.sha256 !== read.sha256) {
      await to.remove(key);
      return { fate: 'damaged', bytes: 0 };
    }
    // Destroyed while it was copied: whoever did it took it away there first, and here before it was here.
    if (!(await from.stat(key))) throw new DomainError('not_found');
    await from.remove(key);
    return { fate: 'moved', bytes: read.bytes };
  });
}

/** It lies in both: a run before this one was killed in between, or it was written anew. The archive reads the new one already. */
async function settle({ db, from, to }: Parts, key: string): Promise<Fate> {
  const [old, new_, known] = [await hashed(await from.open(key)), await hashed(await to.open(key)), await knownHash(db, key)];
  if (old.sha256 !== new_.sha256 && new_.sha256 !== known) return 'differs';
  await from.remove(key);
  return 'moved';
}

/** @param copy where to keep it as well */
async function hashed(stream: Readable, copy?: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  async function* passing(chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      hash.update(chunk);
      bytes += chunk.length;
      if (copy) yield chunk;
    }
  }
  if (copy) await pipeline(stream, passing, createWriteStream(copy, { flags: 'wx', mode: 0o600 }));
  else for await (const _chunk of passing(stream));
  return { bytes, sha256: hash.digest('hex') };
}

/** Tables that name a file by key, length and SHA-256. */
const NAMING = ['recording', 'rendition', 'publication_medium'] as const;
type Naming = (typeof NAMING)[number];

async function knownHash(db: Db, key: string): Promise<string | null> {
  return asSystem(db, async (tx) => {
    for (const table of NAMING) {
      const row = await tx.selectFrom(table).select('sha256').where('store_key', '=', key).executeTakeFirst();
      if (row) return row.sha256;
    }
    return null;
  });
}

const AT_ONCE = 500;

/**
 * Compares the store with the database: every file that a row names is there, as long as the row says. What was destroyed is named by
 * no row that has a key.
 * @returns how many rows there were, and the keys that are missing or too short
 */
export async function missingMedia({ db, store }: { db: Db; store: MediaStore }): Promise<{ files: number; missing: string[] }> {
  let files = 0;
  const missing: string[] = [];
  for (const table of NAMING)
    for (let after = ''; ;) {
      const rows = await asSystem(db, (tx) => page(tx, table, after));
      for (const { store_key, bytes } of rows) if ((await store.stat(store_key))?.bytes !== bytes) missing.push(store_key);
      files += rows.length;
      if (rows.length < AT_ONCE) break;
      after = rows.at(-1)!.store_key;
    }
  return { files, missing };
}

/** Rows in the order of their keys. An edition that was taken back still names what was destroyed. */
async function page(tx: Tx, table: Naming, after: string): Promise<{ store_key: string; bytes: number }[]> {
  const rows = await tx
    .selectFrom(table)
    .select(['store_key', 'bytes'])
    .where('store_key', '>', after)
    .$if(table === 'publication_medium', (query) =>
      query.where(sql<boolean>`exists (select from publication p where p.id = publication_id and p.unpublished_at is null)`)
    )
    .orderBy('store_key')
    .limit(AT_ONCE)
    .execute();
  return rows.map(({ store_key, bytes }) => ({ store_key: store_key!, bytes }));
}

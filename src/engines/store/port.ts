import type { Readable } from 'node:stream';

/** A byte range, both ends inclusive, as HTTP's Range has it. */
export type ByteRange = { start: number; end: number };

/**
 * Where media lies. Keys are ASCII: lower case letters, digits, `/`, `.`, `_`, `-`; they say nothing about people.
 * Anything may throw DomainError `store_down` (no answer, or it lets us do nothing), writing also `store_full`.
 */
export type MediaStore = {
  /** Takes a finished local file in under `key`, durably, and leaves nothing behind at `path`. Twice the same is no error. */
  putFile(key: string, path: string): Promise<{ bytes: number; sha256: string }>;
  /** The same without reading it: for large files whose SHA-256 somebody else is to compute. */
  adoptFile(key: string, path: string): Promise<void>;
  /** @throws DomainError `not_found` when nothing lies there */
  open(key: string, range?: ByteRange): Promise<Readable>;
  stat(key: string): Promise<{ bytes: number } | null>;
  /** Lends the content as a local file that must not be changed; it is gone (or no longer ours) when `work` ends. */
  withLocalFile<T>(key: string, work: (path: string) => Promise<T>): Promise<T>;
  /** With what was begun under this key and never finished. Removing what is not there is no error. */
  remove(key: string): Promise<void>;
  /** Every key under a folder, or all there are for null, in no order; where the store keeps beginnings, also of what was never finished. */
  list(folder: string | null): AsyncIterable<string>;
  /** Bytes that may still be stored, or null where no limit is known. Asks, and so tells whether the store answers. */
  room(): Promise<number | null>;
};

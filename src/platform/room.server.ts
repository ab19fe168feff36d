import { statfs } from 'node:fs/promises';

/** Bytes that this process may still write on the disk where a folder lies. */
export async function roomIn(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

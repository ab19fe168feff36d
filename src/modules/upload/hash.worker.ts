import { createSHA256 } from 'hash-wasm';
import { open, type Source } from '#modules/recorder/shelf.ts';

/** What is to be hashed: a piece on the shelf, or a file that did not fit there. */
export type HashQuestion = { piece: string } | { file: File };
export type HashAnswer = { done: number; of: number } | { sha256: string; bytes: number } | { failed: string };

const STEP_BYTES = 4 * 1024 * 1024;

/** Away from the page, whose buttons must answer while a long recording is read. */
self.onmessage = async ({ data }: MessageEvent<HashQuestion>) => {
  try {
    const source = 'piece' in data ? await open(data.piece) : fileSource(data.file);
    const hash = await createSHA256();
    for (let at = 0; at < source.size; at += STEP_BYTES) {
      hash.update(await source.read(at, Math.min(at + STEP_BYTES, source.size)));
      answer({ done: Math.min(at + STEP_BYTES, source.size), of: source.size });
    }
    answer({ sha256: hash.digest('hex'), bytes: source.size });
  } catch (error) {
    answer({ failed: (error as Error).name });
  }
};

function answer(message: HashAnswer): void {
  self.postMessage(message);
}

function fileSource(file: File): Source {
  return { size: file.size, read: async (start, end) => new Uint8Array(await file.slice(start, end).arrayBuffer()) };
}

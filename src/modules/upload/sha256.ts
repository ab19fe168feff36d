import type { HashAnswer, HashQuestion } from './hash.worker.ts';

/** What is to be hashed can no longer be read: asking again would not help. */
export class Unreadable extends Error {}

const started = () => new Worker(new URL('./hash.worker.ts', import.meta.url), { type: 'module' });

let waiting: Worker | undefined;

/** Fetches what hashes before it is needed: the line may be gone by then. */
export function readyToHash(): void {
  if (waiting) return;
  const worker = started();
  worker.onerror = () => (waiting = undefined);
  waiting = worker;
}

/**
 * The SHA-256 of what will be sent, computed in a worker (R34).
 *
 * @param onPart how much of it was read, 0 to 1
 * @returns lower case hex and the size in bytes
 * @throws Unreadable; Error when the worker could not be fetched
 */
export function sha256(question: HashQuestion, onPart: (part: number) => void): Promise<{ sha256: string; bytes: number }> {
  const worker = waiting ?? started();
  waiting = undefined;
  return new Promise<{ sha256: string; bytes: number }>((resolve, reject) => {
    worker.onerror = () => reject(new Error('later'));
    worker.onmessage = ({ data }: MessageEvent<HashAnswer>) => {
      if ('sha256' in data) resolve(data);
      else if ('failed' in data) reject(new Unreadable(data.failed));
      else onPart(data.done / data.of);
    };
    worker.postMessage(question);
  }).finally(() => worker.terminate());
}

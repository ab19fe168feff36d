import type { HashAnswer, HashQuestion } from './hash.worker.ts';

/**
 * The SHA-256 of what will be sent, computed in a worker (R34).
 *
 * @param onPart how much of it was read, 0 to 1
 * @returns lower case hex and the size in bytes
 * @throws Error when it can no longer be read
 */
export function sha256(question: HashQuestion, onPart: (part: number) => void): Promise<{ sha256: string; bytes: number }> {
  const worker = new Worker(new URL('./hash.worker.ts', import.meta.url), { type: 'module' });
  return new Promise<{ sha256: string; bytes: number }>((resolve, reject) => {
    worker.onerror = () => reject(new Error('unreadable'));
    worker.onmessage = ({ data }: MessageEvent<HashAnswer>) => {
      if ('sha256' in data) resolve(data);
      else if ('failed' in data) reject(new Error(data.failed));
      else onPart(data.done / data.of);
    };
    worker.postMessage(question);
  }).finally(() => worker.terminate());
}

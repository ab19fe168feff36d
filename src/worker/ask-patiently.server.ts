import { setTimeout } from 'node:timers/promises';
import { DomainError } from '#platform/errors.ts';

/** Past this a busy engine counts as one that is down: the job is retried later, by whoever is free then. Longer than any Retry-After. */
export const LONGEST_WAIT_MS = 65 * 60_000;

type Wait = (ms: number, signal: AbortSignal) => Promise<void>;
const timer: Wait = (ms, signal) => setTimeout(ms, undefined, { signal });

/**
 * Asks an engine that may be busy with others' work: being busy is no failure and uses up no try.
 * @param wait for tests
 * @throws what `ask` throws, except `engine_busy` while it may still come to our turn
 */
export async function askPatiently<T>(ask: () => Promise<T>, signal: AbortSignal, wait: Wait = timer): Promise<T> {
  let waited = 0;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'engine_busy') throw error;
      const ms = Number(error.detail['retryAfterSeconds'] ?? 15) * 1_000;
      if (waited + ms > LONGEST_WAIT_MS) throw error;
      await wait(ms, signal);
      waited += ms;
    }
  }
}

import { setTimeout as wait } from 'node:timers/promises';
import { DomainError } from '#platform/errors.ts';

/** Past this a busy engine counts as one that is down: the job is retried later, by whoever is free then. */
const LONGEST_WAIT_MS = 30 * 60_000;

/**
 * Asks an engine that may be busy with others' work: being busy is no failure and uses up no try.
 * @throws what `ask` throws, except `engine_busy` before half an hour is over
 */
export async function askPatiently<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const until = Date.now() + LONGEST_WAIT_MS;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'engine_busy' || Date.now() > until) throw error;
      await wait(Number(error.detail['retryAfterSeconds'] ?? 15) * 1_000, undefined, { signal });
    }
  }
}

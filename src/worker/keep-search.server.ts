import { keepIndex } from '#modules/search/keep-index.server.ts';
import type { Deps } from '#platform/deps.server.ts';
import { DomainError } from '#platform/errors.ts';
import { describeError, log } from '#platform/log.ts';

/** Milliseconds from the end of one look to the next. */
const LOOKS_EVERY = 10_000;

/**
 * Looks after the search index from the start of a worker on: rules that changed are applied, what is missing is built, what could not
 * be written is written. What goes wrong is said once, until it is something else.
 * @returns resolves when `stopping` has ended it
 */
export async function keepSearch(deps: Pick<Deps, 'db' | 'index'>, stopping: AbortSignal): Promise<void> {
  let said = '';
  while (!stopping.aborted) {
    const trouble = await troubleOf(keepIndex(deps, stopping));
    const words = JSON.stringify(trouble);
    if (words !== said && !stopping.aborted) log(trouble ? 'warn' : 'info', trouble ? 'search_not_kept' : 'search_kept', trouble ?? {});
    said = words;
    await untilLater(stopping);
  }
}

/** Another process that rebuilds is no trouble. */
async function troubleOf(look: Promise<void>): Promise<ReturnType<typeof describeError> | null> {
  try {
    await look;
    return null;
  } catch (error) {
    return error instanceof DomainError && error.code === 'engine_busy' ? null : describeError(error);
  }
}

function untilLater(stopping: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, LOOKS_EVERY);
    stopping.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}

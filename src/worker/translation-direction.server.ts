import { directionFor } from '#engines/translator/directions.ts';
import type { Direction } from '#engines/translator/port.ts';
import { DomainError } from '#platform/errors.ts';
import type { WorkerDeps } from './handler.ts';

/** Which direction the translator would take if it were asked now; null where it has none, or does not answer. */
export async function directionNow(
  deps: Pick<WorkerDeps, 'translator'>,
  source: string,
  target: string,
  signal: AbortSignal
): Promise<Direction | null> {
  try {
    return await directionInto(deps, source, target, signal);
  } catch (error) {
    if (error instanceof DomainError) return null;
    throw error;
  }
}

/**
 * The translator's direction, or null where it has none: then a human is needed.
 * @throws DomainError `engine_down`, `engine_busy`: whether it has one is not known now
 */
export async function directionInto(
  { translator }: Pick<WorkerDeps, 'translator'>,
  source: string,
  target: string,
  signal: AbortSignal
): Promise<Direction | null> {
  if (!translator) return null;
  try {
    return directionFor(await translator.languages(signal), source, target);
  } catch (error) {
    // It has no list of languages, and none was named for it.
    if (error instanceof DomainError && error.code === 'engine_refused') return null;
    throw error;
  }
}

import { directionFor } from '#engines/translator/directions.ts';
import type { Direction } from '#engines/translator/port.ts';
import { DomainError } from '#platform/errors.ts';
import type { WorkerDeps } from './handler.ts';

/** The translator's direction, or null where it has none, or there is no translator that answers now. */
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
    if (error instanceof DomainError) return null;
    throw error;
  }
}

import { baseLanguage } from '#engines/transcriber/languages.ts';
import type { Direction } from './port.ts';

/**
 * The engine's direction for two BCP 47 tags, or null where it has none: then a human is needed, and no job is made. An exact
 * match (`zh-Hant`) comes before one of the language alone.
 */
export function directionFor(directions: readonly Direction[], source: string, target: string): Direction | null {
  const exact = directions.find((direction) => direction.source === source && direction.target === target);
  if (exact) return exact;
  const from = baseLanguage(source);
  const to = baseLanguage(target);
  if (from === to) return null;
  return directions.find((direction) => baseLanguage(direction.source) === from && baseLanguage(direction.target) === to) ?? null;
}

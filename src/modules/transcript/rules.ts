import type { Span } from './words.ts';

/** What is wrong with the times of a passage, by the field to correct; null when nothing is. */
export type TimesProblem = 'startMs' | 'endMs';

/**
 * Times of a passage among its neighbours and inside its recording: passages neither run backwards nor over each other.
 * @param before the end of the passage before it, in ms; @param after the start of the one after it; @param durationMs of the recording
 */
export function timesProblem(
  { startMs, endMs }: Span,
  { before, after, durationMs }: { before: number | null; after: number | null; durationMs: number | null }
): TimesProblem | null {
  if (startMs < (before ?? 0)) return 'startMs';
  if (endMs <= startMs || endMs > Math.min(after ?? Infinity, durationMs ?? Infinity)) return 'endMs';
  return null;
}

/** Where a split text is cut: what stands on each side of the caret, without the space between; null where a side would be empty. */
export function splitText(text: string, caret: number): [string, string] | null {
  const first = text.slice(0, caret).trimEnd();
  const second = text.slice(caret).trimStart();
  return first && second ? [first, second] : null;
}

/** How many whole words stand before a caret, and how many letters of the word it stands in. */
export function wordsBefore(ranges: readonly { start: number; end: number }[], caret: number): { whole: number; inside: number } {
  const whole = ranges.filter(({ end }) => end <= caret).length;
  const next = ranges[whole];
  return { whole, inside: next && next.start < caret ? caret - next.start : 0 };
}

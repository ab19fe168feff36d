import type { SpokenSegment } from '#engines/transcriber/port.ts';

type Timed = { startMs: number; endMs: number };

/** Less of a common time than this, in milliseconds and of the shorter of the two, is the edge of a neighbour, not a share. */
const SHARE_MS = 300;
const SHARE = 0.25;

/**
 * Brings English that an engine made of the same recording to the segments of its transcript, by time. An English segment
 * goes to the segment it is spoken over; one that spans several is divided between them by its word times, or, without any,
 * goes to the one it shares most time with.
 *
 * @param source the transcript's segments, in order
 * @param english in order; every word of it is in the result once, in its order
 * @returns the English of each source segment; '' where the engine said nothing over it, which means that a human is needed
 */
export function alignByTime(source: readonly Timed[], english: readonly SpokenSegment[]): string[] {
  const shares: string[][] = source.map(() => []);
  if (source.length === 0) return [];
  let earliest = 0;
  for (const segment of english) {
    const over = spokenOver(source, segment);
    const spoken = segment.words.map(({ word }) => word).join(' ');
    if (over.length > 1 && spoken !== '') {
      for (const { word, startMs, endMs } of segment.words) {
        earliest = Math.max(earliest, nearest(over, source, { startMs, endMs }));
        shares[earliest]!.push(word);
      }
    } else {
      earliest = Math.max(earliest, nearest(over, source, segment));
      shares[earliest]!.push(segment.text);
    }
  }
  return shares.map((texts) =>
    texts
      .map((text) => text.trim())
      .filter(Boolean)
      .join(' ')
  );
}

/** The positions of the segments that a span shares time with to a degree that counts; all, where there is none. */
function spokenOver(source: readonly Timed[], span: Timed): number[] {
  const positions = source.map((_, i) => i);
  const over = positions.filter((i) => {
    const shorter = Math.min(source[i]!.endMs - source[i]!.startMs, span.endMs - span.startMs);
    return common(source[i]!, span) >= Math.max(1, Math.min(SHARE_MS, shorter * SHARE));
  });
  return over.length > 0 ? over : positions;
}

/** Of some positions, the one with the most common time; where none has any, the one that is the least away. */
function nearest(positions: readonly number[], source: readonly Timed[], span: Timed): number {
  return positions.reduce((best, i) => (common(source[i]!, span) > common(source[best]!, span) ? i : best));
}

/** The time two spans have in common; negative by how far they are apart. */
const common = (a: Timed, b: Timed): number => Math.min(a.endMs, b.endMs) - Math.max(a.startMs, b.startMs);

import type { Overview } from './read-overview.server.ts';

export interface Decade {
  from: number;
  to: number;
  count: number;
}

/** Every decade from the first spoken of to the last, those of silence too, so that the line keeps time. */
export function unbroken(decades: Overview['decades']): Decade[] {
  const first = decades[0]?.from ?? 0;
  const last = decades.at(-1)?.from ?? -1;
  return Array.from({ length: Math.max((last - first) / 10 + 1, 0) }, (_, n) => {
    const from = first + n * 10;
    return { from, to: from + 9, count: decades.find((decade) => decade.from === from)?.count ?? 0 };
  });
}

/**
 * A smooth line over all years of `shown`, in a drawing of 1000 × 100, early years at the left; pages mirror it where reading does.
 * Softened a little, so that it swells like a voice.
 *
 * @returns the open line, and the same closed along the ground
 */
export function yearsLine(years: Overview['years'], shown: readonly Pick<Decade, 'from' | 'to'>[]): { line: string; under: string } {
  const first = shown[0]?.from ?? 0;
  const last = shown.at(-1)?.to ?? 0;
  const counts = Array.from({ length: last - first + 1 }, (_, n) => years.find(({ year }) => year === first + n)?.count ?? 0);
  const soft = counts.map((count, n) => ((counts[n - 1] ?? count) + 2 * count + (counts[n + 1] ?? count)) / 4);
  const highest = Math.max(...soft, 1);
  // A year's point stands in the middle of its share of the width, so that decades' borders fall between years.
  const points = soft.map((count, n) => ({ x: ((n + 0.5) / soft.length) * 1000, y: 96 - (count / highest) * 92 }));
  const ends = [{ x: 0, y: points[0]?.y ?? 96 }, ...points, { x: 1000, y: points.at(-1)?.y ?? 96 }];
  const line = `M${at(ends[0]!)}${ends
    .slice(1)
    .map((point, n) => curve(ends[n]!, point))
    .join('')}`;
  return { line, under: `${line}L1000 100L0 100Z` };
}

interface Point {
  x: number;
  y: number;
}
const round = (value: number) => Math.round(value * 10) / 10;
const at = ({ x, y }: Point) => `${round(x)} ${round(y)}`;
const curve = (from: Point, to: Point) =>
  `C${round((from.x + to.x) / 2)} ${round(from.y)} ${round((from.x + to.x) / 2)} ${round(to.y)} ${at(to)}`;

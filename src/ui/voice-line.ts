/** The drawing's own units: it is stretched to any width. */
export const WIDTH = 1000;
export const HEIGHT = 60;
/** Half the thickness of silence: a thread, so that the line never breaks where nobody speaks. */
const THREAD = 0.6;
const SWELL = HEIGHT / 2 - 4;
/** More points than a screen shows swell into noise; fewer lose the rhythm of speech. */
const POINTS = 320;

export interface Span {
  startMs: number;
  endMs: number;
}

/**
 * The line that swells where someone speaks: one filled contour, mirrored about its thread, never a row of columns.
 *
 * @param peaks loudness 0..100, evenly over `durationMs`
 * @param hidden parts that are left out of the drawing
 * @returns one SVG path for each stretch between hidden parts, in {@link WIDTH} × {@link HEIGHT}
 */
export function contours(peaks: readonly number[], durationMs: number, hidden: readonly Span[] = []): string[] {
  const samples = resample(peaks.length > 1 ? peaks : [peaks[0] ?? 0, peaks[0] ?? 0], POINTS);
  return stretches(durationMs, hidden).map(({ startMs, endMs }) => contour(samples, startMs / durationMs, endMs / durationMs));
}

/** Hidden parts as x and width of the drawing, at least as wide as a finger-tip of it, so that a cut without length is seen too. */
export function gaps(durationMs: number, hidden: readonly Span[]): { x: number; width: number }[] {
  const scale = WIDTH / Math.max(durationMs, 1);
  return hidden.map(({ startMs, endMs }) => {
    const width = Math.max((endMs - startMs) * scale, 6);
    return { x: Math.min(startMs * scale, WIDTH - width), width };
  });
}

/** What is left of the whole length between the hidden parts. */
function stretches(durationMs: number, hidden: readonly Span[]): Span[] {
  const open: Span[] = [];
  let at = 0;
  for (const { startMs, endMs } of [...hidden].sort((a, b) => a.startMs - b.startMs)) {
    if (startMs > at) open.push({ startMs: at, endMs: Math.min(startMs, durationMs) });
    at = Math.max(at, endMs);
  }
  if (at < durationMs) open.push({ startMs: at, endMs: durationMs });
  return open;
}

/** The loudest of each bucket, then softened with its neighbours, so that the contour follows phrases and not clicks. */
function resample(peaks: readonly number[], wanted: number): number[] {
  const count = Math.min(peaks.length, wanted);
  const loudest = Array.from({ length: count }, (_, n) => {
    const from = Math.floor((n * peaks.length) / count);
    const to = Math.max(from + 1, Math.floor(((n + 1) * peaks.length) / count));
    return Math.max(...peaks.slice(from, to));
  });
  return loudest.map((value, n) => ((loudest[n - 1] ?? value) + 2 * value + (loudest[n + 1] ?? value)) / 4);
}

function contour(samples: readonly number[], from: number, to: number): string {
  const last = samples.length - 1;
  const xs = [from, ...samples.map((_, n) => n / last).filter((x) => x > from && x < to), to];
  const points = xs.map((x) => ({ x: x * WIDTH, half: THREAD + (valueAt(samples, x * last) / 100) * SWELL }));
  const upper = points.map(({ x, half }) => [x, HEIGHT / 2 - half] as const);
  const lower = points.map(({ x, half }) => [x, HEIGHT / 2 + half] as const).reverse();
  return `M${at(upper[0]!)}${swell(upper)}L${at(lower[0]!)}${swell(lower)}Z`;
}

function valueAt(samples: readonly number[], place: number): number {
  const low = Math.floor(place);
  const before = samples[low] ?? 0;
  return before + ((samples[low + 1] ?? before) - before) * (place - low);
}

/** Curves that arrive level at every point. */
function swell(points: readonly (readonly [number, number])[]): string {
  return points
    .slice(1)
    .map(([x, y], n) => {
      const [x0, y0] = points[n]!;
      const middle = round((x0 + x) / 2);
      return `C${middle} ${round(y0)} ${middle} ${round(y)} ${at([x, y])}`;
    })
    .join('');
}

const round = (value: number) => Math.round(value * 10) / 10;
const at = ([x, y]: readonly [number, number]) => `${round(x)} ${round(y)}`;

/** Where a key leads a slider over time; time runs to the right in every language. Null: not our key. */
export function seekByKey(key: string, seconds: number, duration: number): number | null {
  const steps: Record<string, number> = { ArrowRight: 5, ArrowUp: 5, ArrowLeft: -5, ArrowDown: -5, PageUp: 30, PageDown: -30 };
  if (key === 'Home') return 0;
  if (key === 'End') return duration;
  const step = steps[key];
  return step === undefined ? null : Math.min(Math.max(seconds + step, 0), duration);
}

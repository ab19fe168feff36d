/** How loud a recording is, for drawing it: `peaks` 0..100 evenly over its length, at most 3,000 and about ten a second. */
export type Peaks = { peaks: number[]; loudness: number | null };

export const PEAKS_RATE = 8_000;
const BUCKET_SAMPLES = PEAKS_RATE / 10;
const MOST_PEAKS = 3_000;

/** Collects 16-bit little-endian mono samples of `PEAKS_RATE` as they come, in memory that grows by 10 bytes a second. */
export function peakCollector(): { take: (chunk: Buffer) => void; peaks: () => number[] } {
  const loudest: number[] = [];
  let samples = 0;
  let current = 0;
  let halfSample: number | null = null;

  const sample = (value: number) => {
    current = Math.max(current, Math.abs(value));
    if (++samples % BUCKET_SAMPLES === 0) {
      loudest.push(current);
      current = 0;
    }
  };

  return {
    take(chunk) {
      let at = 0;
      if (halfSample !== null && chunk.length) {
        sample((((chunk[at++]! << 8) | halfSample) << 16) >> 16);
        halfSample = null;
      }
      for (; at + 1 < chunk.length; at += 2) sample(chunk.readInt16LE(at));
      if (at < chunk.length) halfSample = chunk[at]!;
    },
    peaks() {
      return drawn(samples % BUCKET_SAMPLES ? [...loudest, current] : loudest);
    }
  };
}

/** The loudest of each stretch, against the loudest of all: what is drawn shows quiet voices too. */
function drawn(loudest: readonly number[]): number[] {
  const top = loudest.reduce((most, value) => Math.max(most, value), 0);
  const count = Math.min(MOST_PEAKS, loudest.length);
  return Array.from({ length: count }, (_, index) => {
    const from = Math.floor((index * loudest.length) / count);
    const to = Math.max(from + 1, Math.floor(((index + 1) * loudest.length) / count));
    const most = loudest.slice(from, to).reduce((best, value) => Math.max(best, value), 0);
    return top === 0 ? 0 : Math.round((100 * most) / top);
  });
}

/** Integrated loudness in LUFS from what ffmpeg's ebur128 filter says at its end; null for silence. */
export function loudnessIn(said: string): number | null {
  const summary = said.slice(said.lastIndexOf('Integrated loudness:'));
  const lufs = Number(summary.match(/I:\s+(-?[\d.]+) LUFS/)?.[1]);
  return Number.isFinite(lufs) && lufs > -70 ? lufs : null;
}

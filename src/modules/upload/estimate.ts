/** Nothing is said before so much went over the line: a guess from less is none. */
const MEASURED_MS = 3_000;

/**
 * How long the rest takes at the speed measured since the sending (re)began.
 *
 * @param sent bytes sent since then
 * @param tookMs ms since then
 * @param left bytes still to send
 * @returns seconds, rounded up to whole minutes past the first; null while nothing can be said
 */
export function secondsLeft(sent: number, tookMs: number, left: number): number | null {
  if (tookMs < MEASURED_MS || sent <= 0) return null;
  const seconds = (left / sent) * (tookMs / 1_000);
  return seconds < 60 ? Math.ceil(seconds / 10) * 10 : Math.ceil(seconds / 60) * 60;
}

/** A stretch of a recording, in milliseconds from its start; `endMs` is not part of it. */
export type Span = { startMs: number; endMs: number };

/** No piece is longer: a job that reads five minutes is short enough to lose, and to show progress by. */
export const LONGEST_PIECE_MS = 300_000;

/**
 * Cuts a recording into pieces that are each read by a job of its own: about equal ones, none longer than `longestMs`, cut in
 * the middle of silences. Where there is no silence to cut at, the cut is where the piece becomes too long.
 *
 * @param silences from ffmpeg's silencedetect, in any order; parts outside the recording do not count
 * @returns pieces without gaps or overlaps from 0 to `durationMs`; none for an empty recording
 */
export function planPieces(durationMs: number, silences: readonly Span[], longestMs: number = LONGEST_PIECE_MS): Span[] {
  const end = Math.round(durationMs);
  const quiet = silences.map(({ startMs, endMs }) => ({ startMs: Math.max(startMs, 0), endMs: Math.min(endMs, end) }));
  const pieces: Span[] = [];
  let startMs = 0;
  while (end - startMs > longestMs) {
    const endMs = cutAfter(startMs, end, quiet, longestMs);
    pieces.push({ startMs, endMs });
    startMs = endMs;
  }
  if (end > startMs) pieces.push({ startMs, endMs: end });
  return pieces;
}

/** In the longest silence of the second half of what a piece may hold, and, among equals, nearest to an even share. */
function cutAfter(startMs: number, end: number, quiet: readonly Span[], longestMs: number): number {
  const left = end - startMs;
  const share = left / Math.ceil(left / longestMs);
  const earliest = startMs + share / 2;
  const latest = startMs + longestMs;
  let best = { cut: Math.floor(latest), silence: 0, away: Infinity };
  for (const silence of quiet) {
    const from = Math.max(silence.startMs, earliest);
    const to = Math.min(silence.endMs, latest);
    const cut = Math.floor((from + to) / 2);
    const candidate = { cut, silence: to - from, away: Math.abs(cut - startMs - share) };
    const better = candidate.silence > best.silence || (candidate.silence === best.silence && candidate.away < best.away);
    if (candidate.silence > 0 && better && cut > startMs) best = candidate;
  }
  return best.cut;
}

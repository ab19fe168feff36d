import type { SpokenSegment, SpokenWord } from '#engines/transcriber/port.ts';
import type { Span } from './pieces.ts';

/** What was heard in a piece; times count from the piece's own start. */
export type HeardPiece = Span & { segments: readonly SpokenSegment[] };

/**
 * Puts together what was heard in the pieces of one recording. Times become those of the recording: never outside their
 * piece, never before the segment (or word) before them, each segment at least a millisecond long. No text is lost.
 */
export function assemble(pieces: readonly HeardPiece[]): SpokenSegment[] {
  const assembled: SpokenSegment[] = [];
  for (const piece of pieces.toSorted((a, b) => a.startMs - b.startMs)) {
    const segments = piece.segments.toSorted((a, b) => a.startMs - b.startMs);
    for (const segment of segments) {
      const startMs = clamp(piece.startMs + segment.startMs, piece.startMs, piece.endMs - 1);
      const endMs = clamp(piece.startMs + segment.endMs, startMs + 1, piece.endMs);
      assembled.push({ ...segment, startMs, endMs, words: wordsWithin(segment.words, piece) });
    }
  }
  return assembled;
}

function wordsWithin(words: readonly SpokenWord[], piece: Span): SpokenWord[] {
  let earliest = piece.startMs;
  return words.map((word) => {
    const startMs = clamp(piece.startMs + word.startMs, earliest, piece.endMs);
    earliest = startMs;
    return { ...word, startMs, endMs: clamp(piece.startMs + word.endMs, startMs, piece.endMs) };
  });
}

const clamp = (ms: number, least: number, most: number): number => Math.min(Math.max(ms, least), most);

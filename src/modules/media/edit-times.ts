/** Milliseconds; from the start to just before the end. */
export type Range = { startMs: number; endMs: number };
export type Treatment = 'cut' | 'mute' | 'tone' | 'blur';
/** What an edit list does to one recording. */
export type Edit = Range & { treatment: Treatment };

/** A word of a segment as the transcript keeps it: text, start and end in ms, how sure the engine was. */
export type Word = { w: string; s: number; e: number; p?: number | null };

/** Stands in a text where something was left out of it, in every language. */
export const OMITTED = '[…]';

/** Ranges in order, those that touch or overlap made one, kept inside a length. */
export function joined(ranges: readonly Range[], lengthMs = Infinity): Range[] {
  const out: Range[] = [];
  for (const { startMs, endMs } of ranges.toSorted((a, b) => a.startMs - b.startMs)) {
    const range = { startMs: Math.max(0, startMs), endMs: Math.min(endMs, lengthMs) };
    const last = out.at(-1);
    if (range.endMs <= range.startMs) continue;
    if (last && range.startMs <= last.endMs) last.endMs = Math.max(last.endMs, range.endMs);
    else out.push(range);
  }
  return out;
}

/** Which time of the recording stands where in its public rendition. */
export type TimeMap = {
  /** The public time of a moment of the recording; null inside a cut. */
  toPublic(ms: number): number | null;
  /** The same; where it was cut, the moment at which the cut is noticed. */
  nearest(ms: number): number;
  lengthMs: number;
};

export function timeMap(edits: readonly Edit[], durationMs: number): TimeMap {
  const cuts = joined(
    edits.filter(({ treatment }) => treatment === 'cut'),
    durationMs
  );
  const cutBefore = (ms: number) => cuts.reduce((sum, cut) => sum + Math.max(0, Math.min(ms, cut.endMs) - cut.startMs), 0);
  const nearest = (ms: number) => {
    const inside = Math.min(Math.max(ms, 0), durationMs);
    return inside - cutBefore(inside);
  };
  return {
    nearest,
    toPublic: (ms) => (cuts.some((cut) => ms >= cut.startMs && ms < cut.endMs) ? null : nearest(ms)),
    lengthMs: durationMs - cutBefore(durationMs)
  };
}

/** Where the sound is taken away, so that its words leave the text too. */
export function silenced(edits: readonly Edit[]): Range[] {
  return joined(edits.filter(({ treatment }) => treatment !== 'blur'));
}

const touches = (a: Range, b: Range) => a.startMs < b.endMs && b.startMs < a.endMs;

export type Spoken = { startMs: number; endMs: number; text: string; words: readonly Word[] };
/** A segment as the public may read it, in times of the public rendition. `redacted`: words left it. */
export type PublicSpoken = {
  startMs: number;
  endMs: number;
  text: string;
  words: { w: string; s: number; e: number }[];
  redacted: boolean;
};

/**
 * What of a segment the public may read. A word that a silenced range so much as touches leaves it, `OMITTED` stands in its place.
 * Where the text was corrected so that its words no longer are those with times, or has no words with times, what was said when
 * cannot be known: then only the timed words that stay are given, or nothing but `OMITTED`.
 * @returns null when nothing is left to show at any time
 */
export function publicSegment(segment: Spoken, edits: readonly Edit[], map: TimeMap): PublicSpoken | null {
  const startMs = Math.round(map.nearest(segment.startMs));
  const endMs = Math.round(map.nearest(segment.endMs));
  if (endMs <= startMs) return null;

  const away = silenced(edits);
  const stays = ({ s, e }: Word) => !away.some((range) => touches({ startMs: s, endMs: Math.max(e, s + 1) }, range));
  const words = segment.words.filter(stays).map(({ w, s, e }) => ({ w, s: Math.round(map.nearest(s)), e: Math.round(map.nearest(e)) }));
  const untouched = !away.some((range) => touches(segment, range)) || isTimed(segment);
  if (untouched && words.length === segment.words.length) return { startMs, endMs, text: segment.text, words, redacted: false };
  return { startMs, endMs, text: textOf(segment.words, stays), words, redacted: true };
}

/** Every word of the text has its time: a range between two words takes nothing from it. */
function isTimed({ text, words }: Spoken): boolean {
  return words.length > 0 && words.map(({ w }) => w.trim()).join(' ') === text.split(/\s+/).filter(Boolean).join(' ');
}

function textOf(words: readonly Word[], stays: (word: Word) => boolean): string {
  const shown: string[] = [];
  for (const word of words) {
    if (stays(word)) shown.push(word.w.trim());
    else if (shown.at(-1) !== OMITTED) shown.push(OMITTED);
  }
  return shown.filter(Boolean).join(' ') || OMITTED;
}

/** An edit as the edition tells of it: a cut has no length in public time. */
export function publicRange({ startMs, endMs, treatment }: Edit, map: TimeMap): Range {
  const start = Math.round(map.nearest(startMs));
  return { startMs: start, endMs: treatment === 'cut' ? start : Math.max(start, Math.round(map.nearest(endMs))) };
}

import { OMITTED } from '#modules/media/edit-times.ts';
import type { Passage, PublicRedaction, TimedWord, Warning } from './edition.ts';

/**
 * A stretch of a passage's text: plain, a word with its time, or the place of something left out. `omitted`: the text has its mark
 * there; without it the redaction took no word away.
 */
export type TextPiece = { text: string; word: TimedWord | null } | { redaction: PublicRedaction | null; omitted: boolean };

/**
 * A passage's text cut at its timed words, so that the one being spoken can be lit, and at what was left out of it; joined together it
 * is the text, to the letter. Words that the text no longer has (a person corrected it) are passed over. A redaction stands where the
 * text marks it, else where its time falls; a mark whose redaction began in an earlier passage has none.
 */
export function textPieces(passage: Pick<Passage, 'text' | 'words'>, redactions: readonly PublicRedaction[] = []): TextPiece[] {
  const inOrder = [...redactions].sort((a, b) => a.startMs - b.startMs);
  const marks = passage.text.split(OMITTED).length - 1;
  const marked = inOrder.filter(({ treatment }) => treatment !== 'blur').slice(0, marks);
  const unmarked = inOrder.filter((redaction) => !marked.includes(redaction));
  return timedPieces(passage, unmarked).flatMap((piece): TextPiece[] => {
    if (!('text' in piece) || !piece.text.includes(OMITTED)) return [piece];
    return piece.text
      .split(OMITTED)
      .flatMap((text, n): TextPiece[] => [
        ...(n ? [{ redaction: marked.shift() ?? null, omitted: true }] : []),
        ...(text ? [{ text, word: piece.word }] : [])
      ]);
  });
}

function timedPieces({ text, words }: Pick<Passage, 'text' | 'words'>, redactions: readonly PublicRedaction[]): TextPiece[] {
  const pieces: TextPiece[] = [];
  const waiting = [...redactions];
  let at = 0;
  for (const word of words) {
    const spoken = word.w.trim();
    const found = spoken ? text.indexOf(spoken, at) : -1;
    // A word far ahead belongs to a later place in the text: somebody rewrote what lies between.
    if (found < 0 || found - at > 40) continue;
    if (found > at) pieces.push({ text: text.slice(at, found), word: null });
    while (waiting[0] && waiting[0].startMs <= word.s) pieces.push({ redaction: waiting.shift()!, omitted: false });
    pieces.push({ text: spoken, word });
    at = found + spoken.length;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), word: null });
  return [...pieces, ...waiting.map((redaction) => ({ redaction, omitted: false }))];
}

/** The passage being spoken at `ms`: the last that has begun, so that a pause belongs to what was said before it. */
export function passageAt<P extends Pick<Passage, 'startMs' | 'mediumNumber'>>(
  passages: readonly P[],
  medium: number,
  ms: number
): P | null {
  const own = passages.filter((passage) => passage.mediumNumber === medium && passage.startMs !== null);
  const next = firstAfter(own, (passage) => passage.startMs!, ms);
  return own[next - 1] ?? null;
}

/** The word being spoken at `ms`, or null between words. */
export function wordAt(words: readonly TimedWord[], ms: number): TimedWord | null {
  const word = words[firstAfter(words, ({ s }) => s, ms) - 1];
  return word && ms < word.e ? word : null;
}

/** Index of the first item that starts after `ms`, in an ascending list, by halving it. */
function firstAfter<T>(items: readonly T[], start: (item: T) => number, ms: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (start(items[middle]!) <= ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Where playing goes on when it has run into a part to be skipped; null outside of them. */
export function afterSkipped(warnings: readonly Warning[], ms: number): number | null {
  const inside = warnings.find(({ startMs, endMs }) => startMs !== null && endMs !== null && startMs <= ms && ms < endMs);
  return inside ? inside.endMs : null;
}

/**
 * The redactions that fall into each passage, by its position; what lies before the first passage belongs to the first. One that goes
 * on into later passages belongs to those too that it took words from.
 */
export function redactionsByPassage(
  passages: readonly Pick<Passage, 'startMs' | 'mediumNumber' | 'position' | 'text'>[],
  redactions: readonly PublicRedaction[]
): Map<number, PublicRedaction[]> {
  const found = new Map<number, PublicRedaction[]>();
  for (const redaction of redactions) {
    const own = passages.filter(({ mediumNumber }) => mediumNumber === redaction.recording);
    const first = passageAt(own, redaction.recording, redaction.startMs) ?? own[0];
    const later = own.filter(
      (passage) =>
        passage.text.includes(OMITTED) &&
        passage.startMs !== null &&
        passage.startMs > redaction.startMs &&
        passage.startMs < redaction.endMs
    );
    for (const { position } of new Set([...(first ? [first] : []), ...later]))
      found.set(position, [...(found.get(position) ?? []), redaction]);
  }
  return found;
}

import type { SpokenWord } from './port.ts';

/** A word or a piece of one, times in seconds, as servers send them. */
export type SentWord = { word: string; start: number; end: number; probability?: number | null | undefined };

/** Whisper's control tokens, which some servers send among the words: `<|ar|>`, `[_BEG_]`, `[_TT_150]`. */
const CONTROL = /^\s*(<\|.*\|>|\[_\w+\])\s*$/;

/** What stands where a server cut a letter in two: models write Arabic and others in pieces of bytes. */
const BROKEN = '\uFFFD';

/**
 * Words from what a server sent, as they stand in the segment's text. Where pieces broke letters and the words cannot be told from
 * the text, there are none: the segment keeps its own times.
 * @param text of the segment that they belong to
 */
export function spokenWords(sent: readonly SentWord[], text: string): SpokenWord[] {
  const words = merged(sent);
  if (!words.some(({ word }) => word.includes(BROKEN))) return words;
  const written = text.trim().split(/\s+/);
  return written.length === words.length && !text.includes(BROKEN) ? words.map((word, place) => ({ ...word, word: written[place]! })) : [];
}

/**
 * Some servers send pieces of words: there a word begins with a space, and a piece without one belongs to the word before it. Where no
 * piece begins with a space, each is a word.
 */
function merged(sent: readonly SentWord[]): SpokenWord[] {
  const pieces = sent.filter(({ word }) => word.trim() !== '' && !CONTROL.test(word));
  const spaced = pieces.some(({ word }) => /^\s/.test(word));
  const words: SpokenWord[] = [];
  for (const { word, start, end, probability } of pieces) {
    const last = words.at(-1);
    const startMs = Math.max(milliseconds(start), last?.startMs ?? 0);
    const endMs = Math.max(milliseconds(end), startMs);
    if (spaced && last && !/^\s/.test(word)) {
      last.word += word.trimEnd();
      last.endMs = Math.max(last.endMs, endMs);
      last.probability = lesser(last.probability, probability ?? null);
    } else {
      words.push({ word: word.trim(), startMs, endMs, probability: probability ?? null });
    }
  }
  return words;
}

/** A pause after which a passage ends, in seconds, and a length after which it ends at the next word. */
const PAUSE = 1;
const LONG = 20;

/** Passages from flat words, for servers that send no segments: they end with a sentence, at a pause, or when they are long. */
export function segmentsOfWords(sent: readonly SentWord[]): { start: number; end: number; text: string }[] {
  const spaced = sent.some(({ word }) => /^\s/.test(word));
  const segments: { start: number; end: number; text: string }[] = [];
  let over = true;
  for (const { word, start, end } of sent.toSorted((a, b) => a.start - b.start)) {
    const last = segments.at(-1);
    const begins = !spaced || /^\s/.test(word);
    if (!last || (begins && (over || start - last.end >= PAUSE || end - last.start > LONG)))
      segments.push({ start, end, text: word.trim() });
    else {
      last.text += begins ? ` ${word.trim()}` : word.trimEnd();
      last.end = Math.max(last.end, end);
    }
    over = /[.?!؟۔…]["»”)]*\s*$/.test(word);
  }
  return segments;
}

/** Gives flat words to the segments in whose time their middle lies, or else to the nearest. */
export function wordsBySegment(sent: readonly SentWord[], segments: readonly { start: number; end: number }[]): SentWord[][] {
  const shares: SentWord[][] = segments.map(() => []);
  if (segments.length === 0) return shares;
  let at = 0;
  for (const word of sent) {
    const middle = (word.start + word.end) / 2;
    while (at + 1 < segments.length && middle >= segments[at + 1]!.start) at++;
    shares[at]!.push(word);
  }
  return shares;
}

export const milliseconds = (seconds: number): number => Math.max(0, Math.round(seconds * 1000));

/** A word is as sure as its least sure piece: what may be wrong is to be seen. */
function lesser(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}

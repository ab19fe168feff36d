/** A word as it was spoken: text, start and end in ms of the recording, and how sure of it anyone is, 0..1 (null: the engine did not say). */
export type Word = { w: string; s: number; e: number; p: number | null };

/** Below this a word is tinted until somebody looked at it. */
export const DOUBT = 0.6;

export type Span = { startMs: number; endMs: number };

/** The words of a text, as people count them: what stands between spaces. */
export function tokens(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}

/** Where each word of a text begins and ends, in UTF-16 units. */
export function tokenRanges(text: string): { start: number; end: number }[] {
  return [...text.matchAll(/\S+/g)].map(({ 0: word, index }) => ({ start: index, end: index + word.length }));
}

/**
 * The words of a corrected text: those that stayed keep their times, those that are new share the time of what they replaced, or
 * of the gap they were put into, by their length. What a person typed is sure.
 * @returns one word for each token of `text`, in order, inside `span`, none starting before the one before it
 */
export function alignWords(before: readonly Word[], text: string, span: Span): Word[] {
  const after = tokens(text);
  const kept = commonWords(before, after);
  const out: Word[] = [];
  let from = 0;
  let place = 0;
  for (const [oldAt, newAt] of [...kept, [before.length, after.length] as const]) {
    const start = out.at(-1)?.e ?? span.startMs;
    const until = oldAt < before.length ? before[oldAt]!.s : span.endMs;
    const replaced = before.slice(from, oldAt);
    const room = replaced.length
      ? { startMs: Math.max(start, replaced[0]!.s), endMs: replaced.at(-1)!.e }
      : { startMs: start, endMs: until };
    out.push(...shareOut(after.slice(place, newAt), { startMs: room.startMs, endMs: Math.max(room.startMs, Math.min(room.endMs, until)) }));
    if (newAt < after.length) out.push({ ...before[oldAt]!, w: after[newAt]! });
    from = oldAt + 1;
    place = newAt + 1;
  }
  return withRoom(inOrder(out, span));
}

/** Shorter than this nothing is spoken. */
const SHORTEST_MS = 40;

/**
 * Gives time to words that were typed where there was none: they share that of their neighbours. A word without length would slip
 * through a redaction that covers its place.
 */
function withRoom(words: readonly Word[]): Word[] {
  const out = [...words];
  for (let at = 0; at < out.length; at++) {
    if (out[at]!.e > out[at]!.s) continue;
    let [from, to] = [at, at];
    const short = () => out[to]!.e - out[from]!.s < (to - from + 1) * SHORTEST_MS;
    while (short() && (from > 0 || to < out.length - 1)) {
      if (to < out.length - 1) to++;
      if (short() && from > 0) from--;
    }
    const shared = shareOut(
      out.slice(from, to + 1).map(({ w }) => w),
      { startMs: out[from]!.s, endMs: out[to]!.e }
    );
    shared.forEach(({ s, e }, place) => (out[from + place] = { ...out[from + place]!, s, e }));
  }
  return out;
}

/** Words that have no times yet, spread over a span by their length. */
export function shareOut(words: readonly string[], { startMs, endMs }: Span): Word[] {
  const letters = words.reduce((sum, word) => sum + word.length, 0);
  let done = 0;
  return words.map((w) => {
    const s = startMs + ((endMs - startMs) * done) / letters;
    done += w.length;
    return { w, s: Math.round(s), e: Math.round(startMs + ((endMs - startMs) * done) / letters), p: 1 };
  });
}

/** Times inside the span, none running backwards: what a moved border or a doubtful engine may have left. */
export function inOrder(words: readonly Word[], { startMs, endMs }: Span): Word[] {
  let last = startMs;
  return words.map((word) => {
    const s = Math.min(Math.max(word.s, last), endMs);
    const e = Math.min(Math.max(word.e, s), endMs);
    last = s;
    return { ...word, s, e };
  });
}

/**
 * Divides words at the n-th token. A cut inside a word divides its time by the letters on each side.
 * @param inside letters of the n-th token that stay before the cut; 0 for a cut between words
 */
export function divideWords(words: readonly Word[], n: number, inside = 0): [Word[], Word[]] {
  if (!inside) return [words.slice(0, n), words.slice(n)];
  const word = words[n]!;
  const middle = Math.round(word.s + ((word.e - word.s) * inside) / word.w.length);
  return [
    [...words.slice(0, n), { ...word, w: word.w.slice(0, inside), e: middle }],
    [{ ...word, w: word.w.slice(inside), s: middle }, ...words.slice(n + 1)]
  ];
}

/** Pairs [place before, place after] of words that stayed, in order (longest common subsequence, ends trimmed first). */
function commonWords(before: readonly Word[], after: readonly string[]): (readonly [number, number])[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head]!.w === after[head]) head++;
  let tail = 0;
  while (tail < before.length - head && tail < after.length - head && before.at(-1 - tail)!.w === after.at(-1 - tail)) tail++;

  const rows = before.length - head - tail;
  const columns = after.length - head - tail;
  const longest = Array.from({ length: rows + 1 }, () => new Uint16Array(columns + 1));
  for (let r = rows - 1; r >= 0; r--)
    for (let c = columns - 1; c >= 0; c--)
      longest[r]![c] =
        before[head + r]!.w === after[head + c] ? longest[r + 1]![c + 1]! + 1 : Math.max(longest[r + 1]![c]!, longest[r]![c + 1]!);

  const pairs: (readonly [number, number])[] = Array.from({ length: head }, (_, at) => [at, at] as const);
  for (let r = 0, c = 0; r < rows && c < columns;) {
    if (before[head + r]!.w === after[head + c]) pairs.push([head + r++, head + c++]);
    else if (longest[r + 1]![c]! >= longest[r]![c + 1]!) r++;
    else c++;
  }
  for (let at = tail; at > 0; at--) pairs.push([before.length - at, after.length - at]);
  return pairs;
}

type Timed = { startMs: number | null; endMs: number | null };

/**
 * The passage that is being spoken: found by halving, so that following the sound costs the same in a long transcript as in a short one.
 * @param passages in the order of their times
 * @returns its place, or −1 in a pause
 */
export function placeAt(passages: readonly Timed[], ms: number): number {
  let low = 0;
  let high = passages.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const { startMs, endMs } = passages[middle]!;
    if ((startMs ?? 0) > ms) high = middle - 1;
    else if ((endMs ?? 0) <= ms) low = middle + 1;
    else return middle;
  }
  return -1;
}

/** The word that is being spoken, or the last one before a pause inside the passage; −1 before the first. */
export function wordAt(words: readonly { s: number }[], ms: number): number {
  let low = 0;
  let high = words.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (words[middle]!.s <= ms) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Where a byte range lies in pieces that follow each other: for each piece it touches, the part of it, ends exclusive. */
export type Part = { index: number; from: number; to: number };

/**
 * @param sizes bytes of each piece, in order
 * @param start first byte wanted
 * @param end byte after the last one wanted; past the end means up to the end
 */
export function locate(sizes: readonly number[], start: number, end: number): Part[] {
  const parts: Part[] = [];
  let before = 0;
  for (const [index, size] of sizes.entries()) {
    const from = Math.max(0, start - before);
    const to = Math.min(size, end - before);
    if (from < to) parts.push({ index, from, to });
    before += size;
    if (before >= end) break;
  }
  return parts;
}

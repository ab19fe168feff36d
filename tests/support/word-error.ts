/** Words as they are compared: lower case, without punctuation and vowel signs. */
export function wordsOf(text: string): string[] {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^\p{L}\p{N}']+/gu, ' ')
    .trim()
    .split(' ')
    .filter(Boolean);
}

/**
 * Word error rate: the fewest words to substitute, insert and delete that make `heard` from `said`, for each word said.
 * 0 is perfect; it may be above 1. For no words said it is 0 or Infinity.
 */
export function wordErrorRate(said: string, heard: string): number {
  const from = wordsOf(said);
  const to = wordsOf(heard);
  if (from.length === 0) return to.length === 0 ? 0 : Infinity;
  let row = to.map((_, i) => i + 1);
  row.unshift(0);
  from.forEach((word, i) => {
    const next = [i + 1];
    to.forEach((other, j) => {
      next.push(Math.min(row[j]! + (word === other ? 0 : 1), row[j + 1]! + 1, next[j]! + 1));
    });
    row = next;
  });
  return row.at(-1)! / from.length;
}

/** How many of the words said were heard, in whatever order, each counted once. */
export function wordsHeard(said: string, heard: string): number {
  const left = wordsOf(heard);
  return wordsOf(said).filter((word) => {
    const at = left.indexOf(word);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  }).length;
}

/** A word of this many letters and more may be misspelt once, or twice. The same as Meilisearch's, so that both indexes agree. */
const ONE_TYPO_FROM = 5;
const TWO_TYPOS_FROM = 9;

/** Letters that are looked up, from the second on; what follows is left to the comparison. */
const COMPARED = 6;

/** How many letters of `word` may be wrong. */
export function typosAllowed(word: string): 0 | 1 | 2 {
  // Another year is another year.
  if (/\d/.test(word)) return 0;
  return word.length >= TWO_TYPOS_FROM ? 2 : word.length >= ONE_TYPO_FROM ? 1 : 0;
}

/** `written` may be a misspelling of `asked`, or the other way round. The first letter has to be right: nobody mistypes it often. */
export function resembles(asked: string, written: string): boolean {
  const allowed = typosAllowed(asked);
  if (!allowed || asked[0] !== written[0] || Math.abs(asked.length - written.length) > allowed) return false;
  return distance(asked, written) <= allowed;
}

/** `written` may go on from a misspelling of `asked`, which is still being typed. */
export function begins(asked: string, written: string): boolean {
  const allowed = typosAllowed(asked);
  if (!allowed || asked[0] !== written[0]) return false;
  for (let length = asked.length - allowed; length <= asked.length + allowed; length++)
    if (length <= written.length && distance(asked, written.slice(0, length)) <= allowed) return true;
  return false;
}

/**
 * What remains of a word when letters are left out, each as a 32-bit number. Two words within `n` typos share at least one when both
 * leave out up to `n` letters (symmetric deletion, Garbe 2012), so that likely misspellings are found by equality. So does a
 * misspelt beginning: a shorter question meets the word's own beginning of that length.
 */
export function remainders(word: string, letters: number): number[] {
  return hashes(word, withLettersLeftOut(word.slice(1, COMPARED + 1), letters));
}

/** The same, and of each beginning that may be typed of it and be misspelt: for what is looked up in. */
export function allRemainders(word: string): number[] {
  const beginnings = Array.from({ length: COMPARED - ONE_TYPO_FROM + 1 }, (_, i) => word.slice(1, ONE_TYPO_FROM + i));
  const letters = word.length >= TWO_TYPOS_FROM - 2 ? 2 : 1;
  return hashes(word, [
    ...beginnings.flatMap((rest) => withLettersLeftOut(rest, 1)),
    ...withLettersLeftOut(word.slice(1, COMPARED + 1), letters)
  ]);
}

function withLettersLeftOut(word: string, letters: number): string[] {
  let last = [word];
  const found = new Set(last);
  for (let n = 0; n < letters; n++) {
    last = last.flatMap((rest) => Array.from(rest, (_, i) => rest.slice(0, i) + rest.slice(i + 1)));
    for (const rest of last) found.add(rest);
  }
  return [...found];
}

function hashes(word: string, rests: readonly string[]): number[] {
  const first = word.charCodeAt(0);
  return [...new Set(rests.map((rest) => hash(rest, first)))];
}

/** FNV-1a. Two remainders with one number cost a comparison, no more. */
function hash(text: string, first: number): number {
  let value = 0x811c9dc5 ^ first;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value | 0;
}

/** Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, before[j - 2]! + 1);
      row.push(least);
    }
    [before, above] = [above, row];
  }
  return above[b.length]!;
}

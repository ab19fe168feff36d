/** Languages that are written from right to left; Kurdish as the people of this archive write it. */
const RIGHT_TO_LEFT = new Set(['ar', 'arc', 'ckb', 'dv', 'fa', 'he', 'ku', 'ps', 'sd', 'syc', 'syr', 'ug', 'ur', 'yi']);

/** The direction a text in a language is written in, for a cell that may be empty and so says nothing itself. */
export function directionOf(language: string): 'rtl' | 'ltr' {
  return RIGHT_TO_LEFT.has(language) ? 'rtl' : 'ltr';
}

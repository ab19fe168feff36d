/** How many words a receipt has. With lists of at least 1,024 words that is at least 80 bits. */
export const WORDS = 8;

/**
 * The words as they are compared: case, accents, dots of the Turkish i, harakat, tatweel, the hamza's seat, ة and ه, ى and ي, Persian letters, numbering and
 * everything between words make no difference, so that what is written on paper by hand is found again.
 */
export function readWords(typed: string): string[] {
  return typed
    .normalize('NFKD')
    .replace(/[\p{M}ـء]/gu, '')
    .toLowerCase()
    .replaceAll('ı', 'i')
    .replaceAll('ى', 'ي')
    .replaceAll('ی', 'ي')
    .replaceAll('ک', 'ك')
    .replaceAll('ة', 'ه')
    .split(/[^\p{L}]+/u)
    .filter(Boolean);
}

/** How people name a testimony: `S-0412`. It says nothing of the person, and reads the same in every language. */
export function testimonyNumber(number: number): string {
  return `S-${String(number).padStart(4, '0')}`;
}

/** The number meant by `S-0412`, `s412`, `٤١٢` or `412`, or null where the text is no number. */
export function numberMeant(text: string): number | null {
  const latin = text.trim().replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660));
  const found = /^(?:s-?\s?)?0*(\d{1,9})$/i.exec(latin);
  return found ? Number(found[1]) : null;
}

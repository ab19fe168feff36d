/**
 * A name or title inside a sentence, kept from turning the sentence's direction (Unicode FSI … PDI, UAX #9): for values of messages,
 * where no `<bdi>` can stand.
 */
export function isolate(text: string): string {
  return `\u2068${text}\u2069`;
}

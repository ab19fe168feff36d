/** Two halves of a list with two or more in it, in order. */
export function inHalves<T>(list: readonly T[]): [T[], T[]] {
  const middle = Math.ceil(list.length / 2);
  return [list.slice(0, middle), list.slice(middle)];
}

/** The sentences of a text in a language (BCP 47, or an engine's name for one), as Unicode divides them (UAX 29), without the spaces between. */
export function sentencesOf(text: string, language: string): string[] {
  const known = Intl.Segmenter.supportedLocalesOf(tagOrNothing(language));
  const parts = [...new Intl.Segmenter(known, { granularity: 'sentence' }).segment(text)];
  return parts.map(({ segment }) => segment.trim()).filter(Boolean);
}

function tagOrNothing(language: string): string[] {
  try {
    return Intl.getCanonicalLocales(language);
  } catch {
    return [];
  }
}

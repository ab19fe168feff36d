/**
 * The address of a word in URLs: the English name in small ASCII letters, or `place` where it has none of them; a number after it
 * where that address is taken.
 */
export function slugFor(nameEn: string, taken: ReadonlySet<string>): string {
  const plain = nameEn
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 70)
    .replace(/-$/, '');
  const base = plain || 'place';
  let slug = base;
  for (let again = 2; taken.has(slug); again++) slug = `${base}-${again}`;
  return slug;
}

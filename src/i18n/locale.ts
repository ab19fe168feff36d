import { AUTONYMS, DIRECTIONS, LOCALES } from './languages.ts';

export { AUTONYMS, DIRECTIONS, LOCALES };
export type Locale = (typeof LOCALES)[number];

/** The languages in which places, themes and descriptions are named, and into which each testimony is brought. */
export const WORKING_LANGUAGES = ['ar', 'en'] as const satisfies readonly Locale[];
export type WorkingLanguage = (typeof WORKING_LANGUAGES)[number];

/** The working language that readers of a page in `locale` are shown such a name in. */
export const workingLanguage = (locale: Locale): WorkingLanguage => (locale === 'ar' ? 'ar' : 'en');

export function isLocale(text: string | undefined): text is Locale {
  return (LOCALES as readonly string[]).includes(text ?? '');
}

/** The same page in another language: `/ar/places?x=1` becomes `/en/places?x=1`. */
export function inLocale(url: URL, locale: Locale): string {
  return url.pathname.replace(/^\/[^/]*/, `/${locale}`) + url.search;
}

/**
 * The page language for an `Accept-Language` header (RFC 9110, section 12.5.4).
 * Arabic where nothing we speak is asked for: most people who come to tell speak it.
 */
export function negotiateLocale(header: string | null): Locale {
  const wishes = (header ?? '')
    .split(',')
    .map((part, place) => {
      const [tag = '', ...parameters] = part.trim().split(';');
      const quality = parameters.map((text) => /^\s*q=([\d.]+)\s*$/.exec(text)?.[1]).find(Boolean);
      return { language: tag.trim().toLowerCase().split('-')[0], quality: quality ? Number(quality) : 1, place };
    })
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality || a.place - b.place);
  return wishes.map(({ language }) => language).find(isLocale) ?? 'ar';
}

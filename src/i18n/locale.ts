/** The languages of the pages. A testimony may be in any language; these are the ones the archive itself speaks. */
export const LOCALES = ['ar', 'en'] as const;
export type Locale = (typeof LOCALES)[number];

export const DIRECTIONS = { ar: 'rtl', en: 'ltr' } as const satisfies Record<Locale, 'rtl' | 'ltr'>;

/** Each language by its own name, as the language switch shows it: this is the one text that is not translated. */
export const AUTONYMS = { ar: 'العربية', en: 'English' } as const satisfies Record<Locale, string>;

export function isLocale(text: string | undefined): text is Locale {
  return (LOCALES as readonly string[]).includes(text ?? '');
}

export function otherLocale(locale: Locale): Locale {
  return locale === 'ar' ? 'en' : 'ar';
}

/** The same page in the other language: `/ar/places?x=1` becomes `/en/places?x=1`. */
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

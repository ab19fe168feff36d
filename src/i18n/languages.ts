// Written by `npm run languages` from the folders of locales/.

/** The languages of the pages, each a folder of locales/. A testimony may be in any language. */
export const LOCALES = ['ar', 'en', 'es', 'fr', 'tr'] as const;

export const DIRECTIONS = { ar: 'rtl', en: 'ltr', es: 'ltr', fr: 'ltr', tr: 'ltr' } as const;

/** Each language by its own name, as the language switch shows it: this is the one text that is not translated. */
export const AUTONYMS = { ar: 'العربية', en: 'English', es: 'Español', fr: 'Français', tr: 'Türkçe' } as const;

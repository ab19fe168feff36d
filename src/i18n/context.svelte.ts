import { getContext, setContext } from 'svelte';
import { createTranslator } from '#i18n/translator';
import { createFormats, type Formats } from './format.ts';
import type { Messages, Translate } from './keys.ts';
import { DIRECTIONS, type Locale } from './locale.ts';

/** The page's language, for every component under `src/routes/[lang=locale]/+layout.svelte`. How to add words: resources.server.ts. */
export interface I18n {
  readonly locale: Locale;
  readonly dir: 'rtl' | 'ltr';
  readonly t: Translate;
  readonly format: Formats;
  /** A path of ours in the page's language: `href('/search')` is `/ar/search`. */
  href(path: string): string;
}

const KEY = Symbol('i18n');

/** @param messages read again on every call, so that words which arrive with a later page are found */
export function provideI18n(locale: Locale, messages: () => Messages): I18n {
  return setContext(KEY, createI18n(locale, messages));
}

/** The same for a part that its page mounts by itself: `mount(Part, { context: i18nContext(locale, () => words) })`. */
export function i18nContext(locale: Locale, messages: () => Messages): Map<symbol, I18n> {
  return new Map([[KEY, createI18n(locale, messages)]]);
}

function createI18n(locale: Locale, messages: () => Messages): I18n {
  return {
    locale,
    dir: DIRECTIONS[locale],
    t: createTranslator(locale, messages),
    format: createFormats(locale),
    href: (path) => `/${locale}${path === '/' ? '' : path}`
  };
}

export function useI18n(): I18n {
  return getContext<I18n>(KEY);
}

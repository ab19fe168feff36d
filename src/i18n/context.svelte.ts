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
  const t = createTranslator(locale, messages);
  return setContext<I18n>(KEY, {
    locale,
    dir: DIRECTIONS[locale],
    t,
    format: createFormats(locale),
    href: (path) => `/${locale}${path === '/' ? '' : path}`
  });
}

export function useI18n(): I18n {
  return getContext<I18n>(KEY);
}

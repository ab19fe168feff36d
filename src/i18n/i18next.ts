import { createInstance } from 'i18next';
import type { Messages, Translate, Values } from './keys.ts';
import type { Locale } from './locale.ts';
import { proseNumber } from './format.ts';

/** `#i18n/translator` on the server: i18next over the given words; one instance for each call, so that no request sees another's language. */
export function createTranslator(locale: Locale, messages: () => Messages): Translate {
  const i18n = createInstance();
  void i18n.init({
    lng: locale,
    fallbackLng: false,
    resources: { [locale]: messages() },
    initAsync: false,
    // Svelte escapes what it shows.
    interpolation: { escapeValue: false },
    appendNamespaceToMissingKey: true,
    parseMissingKeyHandler: (key) => {
      throw new Error(`No words for ${key} in ${locale}`);
    }
  });
  // `nest` off and values kept apart: a value is what someone typed, and `$t(…)` or `{{…}}` in it is text.
  return (key, values = {}) =>
    i18n.t(key, { count: values.count, replace: written(locale, values), nest: false } as never) as unknown as string;
}

function written(locale: Locale, values: Values): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'number' ? proseNumber(locale, value) : value])
  );
}

import type { Messages, Translate, Tree, Values } from './keys.ts';
import type { Locale } from './locale.ts';
import { proseNumber } from './format.ts';

/**
 * `#i18n/translator` in the browser: reads i18next's own files (nested keys, `{{value}}`, plural suffixes) in one kilobyte, for the browser: i18next itself weighs
 * 15 kB compressed, a third of what a contributor's page may spend on script. A test holds both to the same answers.
 *
 * @throws Error when the text is not among `messages`: the page forgot to load its namespace
 */
export function createTranslator(locale: Locale, messages: () => Messages): Translate {
  const plural = new Intl.PluralRules(locale);
  return (key, values = {}) => {
    const [namespace, path] = key.split(':') as [keyof Messages, string];
    const steps = path.split('.');
    const last = steps.pop()!;
    const tree = steps.reduce<Tree | undefined>((at, step) => at?.[step] as Tree | undefined, messages()[namespace]);
    const text = tree?.[typeof values.count === 'number' ? `${last}_${plural.select(values.count)}` : last] ?? tree?.[last];
    if (typeof text !== 'string') throw new Error(`No words for ${key} in ${locale}`);
    return fill(text, values, locale);
  };
}

function fill(text: string, values: Values, locale: Locale): string {
  return text.replace(/{{\s*(\w+)\s*}}/g, (_, name: string) => {
    const value = values[name];
    return typeof value === 'number' ? proseNumber(locale, value) : (value ?? '');
  });
}

import { createTranslator } from './i18next.ts';
import type { Messages, Namespace, Translate } from './keys.ts';
import type { Locale } from './locale.ts';
import { resources } from './resources.server.ts';

/** The words a page carries to the browser; see resources.server.ts. */
export function words(locale: Locale, namespaces: readonly Namespace[]): Messages {
  return Object.fromEntries(namespaces.map((name) => [name, resources[locale][name]]));
}

/** A translator over every namespace, for mails, feeds and error pages. */
export function translatorFor(locale: Locale): Translate {
  return createTranslator(locale, () => resources[locale] as Messages);
}

import type { RequestEvent } from '@sveltejs/kit';
import { DIRECTIONS, isLocale, negotiateLocale, type Locale } from './locale.ts';

/** The language of a request: the URL's, or for addresses without one the browser's. */
export function requestLocale({ url, request }: Pick<RequestEvent, 'url' | 'request'>): Locale {
  const first = url.pathname.split('/')[1];
  return isLocale(first) ? first : negotiateLocale(request.headers.get('accept-language'));
}

/** Fills `%lang%` and `%dir%` of app.html; for `transformPageChunk` in hooks.server.ts. */
export function fillLanguage(html: string, locale: Locale): string {
  return html.replace('%lang%', locale).replace('%dir%', DIRECTIONS[locale]);
}

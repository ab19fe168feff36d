import type { Handle } from '@sveltejs/kit';
import { fillLanguage, requestLocale } from '#i18n/document.server.ts';

export const handle: Handle = ({ event, resolve }) => {
  const locale = requestLocale(event);
  return resolve(event, { transformPageChunk: ({ html }) => fillLanguage(html, locale) });
};

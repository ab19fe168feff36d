import { DIRECTIONS } from '#i18n/locale.ts';
import { translatorFor } from '#i18n/words.server.ts';
import type { RequestHandler } from './$types';

/** A sheet of paper; nothing in name or picture tells what it opens (R22). */
const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" fill="#e9e7e0"/><path d="M18 12h20l8 8v32H18z" fill="#fff"/></svg>';

/** What a phone needs to put the telling pages on its home screen, under a name that is no name. */
export const GET: RequestHandler = ({ params: { lang } }) => {
  const name = translatorFor(lang)('common:neutral_title');
  const manifest = {
    name,
    short_name: name,
    lang,
    dir: DIRECTIONS[lang],
    id: '/page',
    start_url: `/${lang}/return`,
    scope: '/',
    display: 'standalone',
    background_color: '#fcfbf7',
    theme_color: '#fcfbf7',
    icons: [{ src: `data:image/svg+xml,${encodeURIComponent(ICON)}`, sizes: 'any', type: 'image/svg+xml', purpose: 'any' }]
  };
  return new Response(JSON.stringify(manifest), {
    headers: { 'content-type': 'application/manifest+json', 'cache-control': 'public, max-age=86400' }
  });
};

import type { RequestHandler } from './$types';
import { translatorFor } from '#i18n/words.server.ts';
import { atomFeed } from '#modules/publication/atom.ts';
import { narrowedList } from '#modules/publication/narrowed-list.server.ts';
import { VISITOR } from '#platform/actor.ts';
import { orRefuse } from '#web/or-refuse.server.ts';

/** What was published to everyone, newest first. A feed is read by machines that keep copies, so it speaks to nobody in particular. */
export const GET: RequestHandler = async ({ locals, params, url }) => {
  const t = translatorFor(params.lang);
  const { editions } = await orRefuse(narrowedList(locals.deps, VISITOR, {}, url));
  const feed = atomFeed(editions, {
    title: t('archive:feed.title', { archive: t('common:brand') }),
    locale: params.lang,
    origin: url.origin,
    untitled: t('archive:testimony.no_title')
  });
  return new Response(feed, { headers: { 'content-type': 'application/atom+xml; charset=utf-8', 'cache-control': 'public, max-age=300' } });
};

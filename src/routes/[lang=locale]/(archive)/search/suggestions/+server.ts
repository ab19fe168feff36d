import { json, type RequestHandler } from '@sveltejs/kit';
import { suggestWords } from '#modules/search/suggest-words.server.ts';
import { orRefuse } from '#web/or-refuse.server.ts';

/** `?q=` a question being typed → a JSON array of whole questions. */
export const GET: RequestHandler = async ({ locals, url }) =>
  json(await orRefuse(suggestWords(locals.deps, locals.actor, url.searchParams.get('q') ?? '')), {
    headers: { 'cache-control': 'private, no-store' }
  });

import { words } from '#i18n/words.server.ts';
import { ownerTag } from '#modules/testimony/session.server.ts';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = ({ params, locals, setHeaders }) => {
  // Nothing of a testimony stays in a shared phone's cache, nor comes back by the Back button.
  setHeaders({ 'cache-control': 'private, no-store' });
  return {
    words: words(params.lang, ['contributor', 'errors']),
    owner: locals.contributor && ownerTag(locals.contributor)
  };
};

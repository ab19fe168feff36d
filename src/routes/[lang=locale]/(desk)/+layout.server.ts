import { words } from '#i18n/words.server.ts';
import type { LayoutServerLoad } from './$types';

/** `me` is null on the pages that lead to the desk: whoever stands there is not at it yet. */
export const load: LayoutServerLoad = ({ locals: { account }, params }) => ({
  words: words(params.lang, ['common', 'errors', 'desk']),
  me: account?.atDesk ? { name: account.displayName, roles: account.roles } : null
});

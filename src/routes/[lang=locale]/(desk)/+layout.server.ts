import { countQueue } from '#modules/review/list-queue.server.ts';
import { words } from '#i18n/words.server.ts';
import type { LayoutServerLoad } from './$types';

/** `me` is null on the pages that lead to the desk: whoever stands there is not at it yet. */
export const load: LayoutServerLoad = async ({ locals: { account, deps }, params }) => {
  const me = account?.atDesk ? account : null;
  return {
    words: words(params.lang, ['errors', 'desk']),
    me: me && { name: me.displayName, roles: me.roles },
    counts: me && (await countQueue(deps, me))
  };
};

import { words } from '#i18n/words.server.ts';
import { readArchive } from '#modules/publication/read-archive.server.ts';
import type { LayoutServerLoad } from './$types';

/** What every page needs, also one that failed before its own words were loaded. */
export const load: LayoutServerLoad = async ({ locals, params }) => ({
  shellWords: words(params.lang, ['common']),
  archive: await readArchive(locals.deps, params.lang)
});

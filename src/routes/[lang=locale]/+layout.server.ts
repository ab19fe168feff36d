import { words } from '#i18n/words.server.ts';
import type { LayoutServerLoad } from './$types';

/** What every page needs, also one that failed before its own words were loaded. */
export const load: LayoutServerLoad = ({ params }) => ({ words: words(params.lang, ['common']) });

import { words } from '#i18n/words.server.ts';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = ({ params }) => ({ words: words(params.lang, ['archive']) });

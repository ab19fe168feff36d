import { words } from '#i18n/words.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ params }) => ({ pageWords: words(params.lang, ['prose']) });

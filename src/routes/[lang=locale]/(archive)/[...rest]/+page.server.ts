import { error } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';

/** An address in a language that leads nowhere is answered inside the archive, in that language. */
export const load: PageServerLoad = () => error(404, { message: 'not_found', code: 'not_found' });

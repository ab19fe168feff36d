import { contributorOf } from '../../telling.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
  contributorOf(event);
};

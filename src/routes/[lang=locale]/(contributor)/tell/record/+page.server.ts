import { contributorOf } from '../../telling.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
  contributorOf(event);
  return { kind: event.url.searchParams.has('audio') ? ('audio' as const) : ('video' as const) };
};

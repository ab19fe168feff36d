import { ERROR_STATUS, type ErrorCode } from '#platform/errors.ts';
import { contributorOf } from '../../telling.server.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
  contributorOf(event);
  return { refused: refusal(event.url.searchParams.get('refused')) };
};

/** Why the form without script was led back here, see plain-uploads-handler.server.ts. */
function refusal(code: string | null): ErrorCode | 'unexpected' | null {
  if (code === null) return null;
  return code in ERROR_STATUS ? (code as ErrorCode) : 'unexpected';
}

import { error } from '@sveltejs/kit';
import { engineHealth } from '#engines/engine-health.server.ts';
import { listMails } from '#modules/identity/list-mails.server.ts';
import { listFailures } from '#modules/review/list-failures.server.ts';
import { Retry, retryProcessing } from '#modules/review/retry-processing.server.ts';
import { parseForm, refusing } from '#web/forms.server.ts';
import { orRefuse } from '#web/or-refuse.server.ts';
import { atDesk } from '../../at-desk.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const account = atDesk(event);
  if (!account.roles.some((role) => role === 'admin' || role === 'reviewer')) error(404, { message: 'not_found', code: 'not_found' });
  const { deps } = event.locals;
  const mails = account.roles.includes('admin') ? await orRefuse(listMails(deps, account)) : null;
  return { engines: await engineHealth(deps), failures: await orRefuse(listFailures(deps, account)), mails };
};

export const actions: Actions = {
  retry: (event) =>
    refusing(async () => {
      await retryProcessing(event.locals.deps, atDesk(event), await parseForm(event.request, Retry));
      return { retried: true };
    })
};

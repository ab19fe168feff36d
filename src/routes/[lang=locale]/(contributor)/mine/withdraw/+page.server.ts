import { redirect } from '@sveltejs/kit';
import { readMyTestimony } from '#modules/testimony/read-my-testimony.server.ts';
import { Withdrawal } from '#modules/testimony/schema.ts';
import { withdrawTestimony } from '#modules/testimony/withdraw-testimony.server.ts';
import { parseForm, refusing } from '#web/forms.server.ts';
import { orRefuse } from '#web/or-refuse.server.ts';
import { contributorOf } from '../../telling.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const { state, recordings } = await orRefuse(readMyTestimony(event.locals.deps, contributorOf(event)));
  if (state === 'withdrawn') redirect(303, `/${event.params.lang}/mine`);
  return { hasRecordings: recordings.length > 0 };
};

export const actions: Actions = {
  withdraw: (event) =>
    refusing(async () => {
      const contributor = contributorOf(event);
      await withdrawTestimony(event.locals.deps, contributor, await parseForm(event.request, Withdrawal));
      redirect(303, `/${event.params.lang}/mine`);
    })
};

import { redirect } from '@sveltejs/kit';
import { attempts } from '#modules/testimony/attempts.server.ts';
import { confirmReceipt } from '#modules/testimony/confirm-receipt.server.ts';
import { TypedReceipt } from '#modules/testimony/schema.ts';
import { parseForm, refusing } from '#web/forms.server.ts';
import { contributorOf } from '../../../telling.server.ts';
import type { Actions, PageServerLoad } from './$types';

const tries = attempts(20, 15_000);

export const load: PageServerLoad = (event) => {
  contributorOf(event);
};

export const actions: Actions = {
  confirm: (event) =>
    refusing(async () => {
      const contributor = contributorOf(event);
      const { words } = await parseForm(event.request, TypedReceipt);
      tries.take(contributor.testimonyId);
      await confirmReceipt(event.locals.deps, contributor, words);
      redirect(303, `/${event.params.lang}/tell/review?confirmed`);
    })
};

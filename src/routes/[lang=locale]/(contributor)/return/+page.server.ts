import { redirect } from '@sveltejs/kit';
import { attempts } from '#modules/testimony/attempts.server.ts';
import { openReceipt } from '#modules/testimony/open-receipt.server.ts';
import { TypedReceipt } from '#modules/testimony/schema.ts';
import { parseForm, refusing } from '#web/forms.server.ts';
import { keepSession } from '../telling.server.ts';
import type { Actions, PageServerLoad } from './$types';

/** Ten tries at once, then one in twenty seconds: 80 bits are out of reach, and a person who mistypes is not locked out. */
const tries = attempts(10, 20_000);

export const load: PageServerLoad = ({ url }) => ({ isOver: url.searchParams.has('over') });

export const actions: Actions = {
  open: (event) =>
    refusing(async () => {
      const { words } = await parseForm(event.request, TypedReceipt);
      tries.take(event.getClientAddress());
      const { cookie } = await openReceipt(event.locals.deps, words);
      keepSession(event, cookie);
      redirect(303, `/${event.params.lang}/mine`);
    })
};

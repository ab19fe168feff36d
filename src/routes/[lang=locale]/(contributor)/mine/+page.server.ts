import { redirect } from '@sveltejs/kit';
import { custodianRecipients } from '#modules/sealed-identity/seal-identity.server.ts';
import { readMyTestimony } from '#modules/testimony/read-my-testimony.server.ts';
import { isBeingTold } from '#modules/testimony/rules.ts';
import { closeSession, SESSION_COOKIE } from '#modules/testimony/session.server.ts';
import { refusing } from '#web/forms.server.ts';
import { orRefuse } from '#web/or-refuse.server.ts';
import { contributorOf } from '../telling.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const contributor = contributorOf(event);
  const testimony = await orRefuse(readMyTestimony(event.locals.deps, contributor));
  return {
    testimony,
    isBeingTold: isBeingTold(testimony.state),
    hasArrivedNow: event.url.searchParams.has('arrived'),
    takesIdentity: (await orRefuse(custodianRecipients(event.locals.deps, contributor))).length > 0
  };
};

export const actions: Actions = {
  forget: (event) =>
    refusing(async () => {
      const cookie = event.cookies.get(SESSION_COOKIE);
      if (cookie) await closeSession(event.locals.deps, cookie);
      event.cookies.delete(SESSION_COOKIE, { path: '/' });
      redirect(303, `/${event.params.lang}`);
    })
};

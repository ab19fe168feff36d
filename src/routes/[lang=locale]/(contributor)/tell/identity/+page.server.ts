import { words } from '#i18n/words.server.ts';
import { SealedIdentity } from '#modules/sealed-identity/schema.ts';
import { custodianRecipients, sealedSince, sealIdentity, takeBackIdentity } from '#modules/sealed-identity/seal-identity.server.ts';
import { parseForm, refusing } from '#web/forms.server.ts';
import { orRefuse } from '#web/or-refuse.server.ts';
import { contributorOf } from '../../telling.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const contributor = contributorOf(event);
  return {
    recipients: await orRefuse(custodianRecipients(event.locals.deps, contributor)),
    sealedSince: await orRefuse(sealedSince(event.locals.deps, contributor)),
    fromMine: event.url.searchParams.has('mine'),
    pageWords: words(event.params.lang, ['consent'])
  };
};

export const actions: Actions = {
  /** Only ciphertext comes: the fields have no names, and a form that was sent without script carries nothing. */
  seal: (event) =>
    refusing(async () => {
      await sealIdentity(event.locals.deps, contributorOf(event), await parseForm(event.request, SealedIdentity));
      return { done: 'done' as const };
    }),
  takeBack: (event) =>
    refusing(async () => {
      await takeBackIdentity(event.locals.deps, contributorOf(event));
      return { done: 'taken_back' as const };
    })
};

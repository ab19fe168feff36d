import { words } from '#i18n/words.server.ts';
import { addEarlierAccount, readEarlierAccounts, removeEarlierAccount } from '#modules/consent/earlier-accounts.server.ts';
import { EarlierAccount, EarlierAccountNamed, TOLD_TO } from '#modules/consent/schema.ts';
import { parseForm, refusing } from '#web/forms.server.ts';
import { orRefuse } from '#web/or-refuse.server.ts';
import { contributorOf } from '../../telling.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const contributor = contributorOf(event);
  return {
    earlier: await orRefuse(readEarlierAccounts(event.locals.deps, contributor, contributor)),
    toldTo: TOLD_TO,
    pageWords: words(event.params.lang, ['consent'])
  };
};

export const actions: Actions = {
  add: (event) =>
    refusing(async () => {
      await addEarlierAccount(event.locals.deps, contributorOf(event), await parseForm(event.request, EarlierAccount));
      return { added: true };
    }),
  remove: (event) =>
    refusing(async () => removeEarlierAccount(event.locals.deps, contributorOf(event), await parseForm(event.request, EarlierAccountNamed)))
};

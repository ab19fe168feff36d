import { error } from '@sveltejs/kit';
import { words } from '#i18n/words.server.ts';
import { addKey, confirmKey, listKeys, retireKey } from '#modules/sealed-identity/custodian-keys.server.ts';
import { KeyNamed, NewKey } from '#modules/sealed-identity/schema.ts';
import { parseForm, refusing } from '#web/forms.server.ts';
import { orRefuse } from '#web/or-refuse.server.ts';
import { atDesk } from '../../at-desk.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const account = atDesk(event);
  if (!account.roles.some((role) => role === 'admin' || role === 'custodian')) error(404, { message: 'not_found', code: 'not_found' });
  return {
    keys: await orRefuse(listKeys(event.locals.deps, account)),
    isCustodian: account.roles.includes('custodian'),
    userId: account.userId,
    pageWords: words(event.params.lang, ['care'])
  };
};

export const actions: Actions = {
  add: (event) =>
    refusing(async () => {
      await addKey(event.locals.deps, atDesk(event), await parseForm(event.request, NewKey));
      return { added: true };
    }),
  confirm: (event) => refusing(async () => confirmKey(event.locals.deps, atDesk(event), await parseForm(event.request, KeyNamed))),
  retire: (event) => refusing(async () => retireKey(event.locals.deps, atDesk(event), await parseForm(event.request, KeyNamed)))
};

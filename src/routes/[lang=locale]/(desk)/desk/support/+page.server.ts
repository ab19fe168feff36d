import { error } from '@sveltejs/kit';
import { LOCALES } from '#i18n/locale.ts';
import { words } from '#i18n/words.server.ts';
import { addContact, changeContact, removeContact } from '#modules/support/keep-contacts.server.ts';
import { listContacts } from '#modules/support/read-contacts.server.ts';
import { ContactNamed, SUPPORT_KINDS, SupportContact } from '#modules/support/schema.ts';
import { parse, parseForm, refusing } from '#web/forms.server.ts';
import { orRefuse } from '#web/or-refuse.server.ts';
import * as v from 'valibot';
import { atDesk } from '../../at-desk.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  if (!atDesk(event).roles.includes('admin')) error(404, { message: 'not_found', code: 'not_found' });
  return {
    contacts: await orRefuse(listContacts(event.locals.deps)),
    kinds: SUPPORT_KINDS,
    languages: LOCALES,
    pageWords: words(event.params.lang, ['care'])
  };
};

export const actions: Actions = {
  add: (event) =>
    refusing(async () => {
      await addContact(event.locals.deps, atDesk(event), await parseForm(event.request, SupportContact));
      return { saved: true };
    }),
  change: (event) =>
    refusing(async () => {
      const fields = await parseForm(event.request, v.looseObject({}));
      await changeContact(event.locals.deps, atDesk(event), parse(ContactNamed, fields), parse(SupportContact, fields));
      return { saved: true };
    }),
  remove: (event) =>
    refusing(async () =>
      removeContact(event.locals.deps, atDesk(event), await parseForm(event.request, v.looseObject(ContactNamed.entries)))
    )
};

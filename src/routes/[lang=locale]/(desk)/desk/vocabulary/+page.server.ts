import { error } from '@sveltejs/kit';
import { addFacility, changeFacility } from '#modules/vocabulary/keep-facilities.server.ts';
import { addTheme, changeTheme } from '#modules/vocabulary/keep-themes.server.ts';
import { listVocabulary } from '#modules/vocabulary/list-vocabulary.server.ts';
import { FacilityChange, NewFacility, NewTheme, ThemeChange } from '#modules/vocabulary/schema.ts';
import { parseForm, refusing } from '#web/forms.server.ts';
import { orRefuse } from '#web/or-refuse.server.ts';
import { atDesk } from '../../at-desk.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const account = atDesk(event);
  if (!account.roles.some((role) => role === 'admin' || role === 'reviewer')) error(404, { message: 'not_found', code: 'not_found' });
  return orRefuse(listVocabulary(event.locals.deps, account));
};

export const actions: Actions = {
  addFacility: (event) => refusing(async () => addFacility(event.locals.deps, atDesk(event), await parseForm(event.request, NewFacility))),
  changeFacility: (event) =>
    refusing(async () => changeFacility(event.locals.deps, atDesk(event), await parseForm(event.request, FacilityChange))),
  addTheme: (event) => refusing(async () => addTheme(event.locals.deps, atDesk(event), await parseForm(event.request, NewTheme))),
  changeTheme: (event) => refusing(async () => changeTheme(event.locals.deps, atDesk(event), await parseForm(event.request, ThemeChange)))
};

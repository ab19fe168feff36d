import { words } from '#i18n/words.server.ts';
import { flagThirdParty, readMyFlags, unflagThirdParty } from '#modules/others/flag-third-party.server.ts';
import { Flag, ThirdPartyNamed } from '#modules/others/schema.ts';
import { parseForm, refusing } from '#web/forms.server.ts';
import { orRefuse } from '#web/or-refuse.server.ts';
import { contributorOf } from '../../telling.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => ({
  flags: await orRefuse(readMyFlags(event.locals.deps, contributorOf(event))),
  pageWords: words(event.params.lang, ['consent'])
});

export const actions: Actions = {
  flag: (event) =>
    refusing(async () => {
      const contributor = contributorOf(event);
      const flag = await parseForm(event.request, Flag);
      await flagThirdParty(event.locals.deps, contributor, { ...flag, testimonyId: contributor.testimonyId });
      return { added: true };
    }),
  unflag: (event) =>
    refusing(async () => unflagThirdParty(event.locals.deps, contributorOf(event), await parseForm(event.request, ThirdPartyNamed)))
};

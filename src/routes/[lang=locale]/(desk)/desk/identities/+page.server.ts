import { words } from '#i18n/words.server.ts';
import { agreeToOpen, askToOpen, openIdentity, readIdentities } from '#modules/sealed-identity/open-identity.server.ts';
import { OpeningAsked, OpeningNamed } from '#modules/sealed-identity/schema.ts';
import { parseForm, refusing } from '#web/forms.server.ts';
import { orRefuse } from '#web/or-refuse.server.ts';
import { atDesk } from '../../at-desk.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => ({
  ...(await orRefuse((async () => readIdentities(event.locals.deps, atDesk(event)))())),
  pageWords: words(event.params.lang, ['care', 'consent'])
});

export const actions: Actions = {
  ask: (event) => refusing(async () => askToOpen(event.locals.deps, atDesk(event), await parseForm(event.request, OpeningAsked))),
  agree: (event) => refusing(async () => agreeToOpen(event.locals.deps, atDesk(event), await parseForm(event.request, OpeningNamed))),
  /** The ciphertext is in this one answer; the key that opens it never comes here. */
  open: (event) =>
    refusing(async () => {
      const opening = await parseForm(event.request, OpeningNamed);
      return { opened: opening.openingId, sealed: await openIdentity(event.locals.deps, atDesk(event), opening) };
    })
};

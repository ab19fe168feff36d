import { error } from '@sveltejs/kit';
import { words } from '#i18n/words.server.ts';
import { LOCALES } from '#i18n/locale.ts';
import { CONSENT_TEXTS, TEXT_VERSION } from '#modules/consent/texts.server.ts';
import { addNarration, removeNarration } from '#modules/narration/add-narration.server.ts';
import { listNarrations } from '#modules/narration/read-narrations.server.ts';
import { NarrationNamed, NewNarration, PARTS } from '#modules/narration/schema.ts';
import { parseForm, refusing } from '#web/forms.server.ts';
import { orRefuse } from '#web/or-refuse.server.ts';
import { atDesk } from '../../at-desk.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const account = atDesk(event);
  if (!account.roles.includes('admin')) error(404, { message: 'not_found', code: 'not_found' });
  const narrations = await orRefuse(listNarrations(event.locals.deps, account, { textVersion: TEXT_VERSION }));
  return {
    version: TEXT_VERSION,
    languages: LOCALES.map((language) => ({
      language,
      parts: PARTS.map((part) => ({
        part,
        text: part === 'before' ? null : CONSENT_TEXTS[language].questions[part].question,
        readings: narrations.filter((one) => one.language === language && one.part === part)
      }))
    })),
    pageWords: words(event.params.lang, ['care', 'contributor'])
  };
};

export const actions: Actions = {
  add: (event) =>
    refusing(async () => {
      await addNarration(event.locals.deps, atDesk(event), await parseForm(event.request, NewNarration));
      return { added: true };
    }),
  remove: (event) => refusing(async () => removeNarration(event.locals.deps, atDesk(event), await parseForm(event.request, NarrationNamed)))
};

import { redirect } from '@sveltejs/kit';
import { words } from '#i18n/words.server.ts';
import { answerEdition, EditionAnswer, leaveToArchive, LeavingToArchive } from '#modules/publication/answer-edition.server.ts';
import { previewEdition } from '#modules/publication/preview-edition.server.ts';
import { parseForm, refusing } from '#web/forms.server.ts';
import { orRefuse } from '#web/or-refuse.server.ts';
import { contributorOf } from '../../telling.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const preview = await orRefuse(previewEdition(event.locals.deps, contributorOf(event)));
  if (!preview) redirect(303, `/${event.params.lang}/mine`);
  return { preview, readAt: new Date(), pageWords: words(event.params.lang, ['archive']) };
};

export const actions: Actions = {
  answer: (event) =>
    refusing(async () => {
      const answer = await parseForm(event.request, EditionAnswer);
      await answerEdition(event.locals.deps, contributorOf(event), answer);
      return { said: answer.verdict };
    }),
  leave: (event) =>
    refusing(async () => {
      await leaveToArchive(event.locals.deps, contributorOf(event), await parseForm(event.request, LeavingToArchive));
    })
};

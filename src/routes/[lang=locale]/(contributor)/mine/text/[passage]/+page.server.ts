import { error, redirect } from '@sveltejs/kit';
import { askForCut, CutAsked } from '#modules/redaction/cut-requests.server.ts';
import { correctOwnWords, OwnCorrection, readOwnWords } from '#modules/transcript/own-words.server.ts';
import { parseForm, refusing } from '#web/forms.server.ts';
import { orRefuse } from '#web/or-refuse.server.ts';
import { contributorOf } from '../../../telling.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const { passages, mayCorrect } = await orRefuse(readOwnWords(event.locals.deps, contributorOf(event)));
  const passage = passages.find(({ id }) => id === event.params.passage);
  if (!passage) error(404, { message: 'not_found', code: 'not_found' });
  return { passage, mayCorrect };
};

export const actions: Actions = {
  correct: (event) =>
    refusing(async () => {
      await correctOwnWords(event.locals.deps, contributorOf(event), await parseForm(event.request, OwnCorrection));
      redirect(303, `/${event.params.lang}/mine/text`);
    }),
  cut: (event) =>
    refusing(async () => {
      await askForCut(event.locals.deps, contributorOf(event), await parseForm(event.request, CutAsked));
      redirect(303, `/${event.params.lang}/mine/text`);
    })
};

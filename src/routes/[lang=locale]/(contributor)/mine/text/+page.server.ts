import { CutRef, readOwnCuts, takeCutBack } from '#modules/redaction/cut-requests.server.ts';
import { readOwnWords } from '#modules/transcript/own-words.server.ts';
import { parseForm, refusing } from '#web/forms.server.ts';
import { orRefuse } from '#web/or-refuse.server.ts';
import { contributorOf } from '../../telling.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const contributor = contributorOf(event);
  const { passages } = await orRefuse(readOwnWords(event.locals.deps, contributor));
  const shown = passages.map(({ id, text, language, startMs, provenance }) => ({ id, text, language, startMs, provenance }));
  return { passages: shown, cuts: await orRefuse(readOwnCuts(event.locals.deps, contributor)) };
};

export const actions: Actions = {
  back: (event) => refusing(async () => takeCutBack(event.locals.deps, contributorOf(event), await parseForm(event.request, CutRef)))
};

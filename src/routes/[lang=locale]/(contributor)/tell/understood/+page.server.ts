import { redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { translatorFor, words } from '#i18n/words.server.ts';
import { deleteSpoken } from '#modules/consent/keep-spoken.server.ts';
import { askForCall, readUnderstandings, sayUnderstanding, takeBackUnderstanding } from '#modules/consent/say-understanding.server.ts';
import { CallHow, Understanding, UnderstandingNamed } from '#modules/consent/schema.ts';
import { idOf, type SpokenWordId } from '#platform/ids.ts';
import { parseForm, refusing } from '#web/forms.server.ts';
import { orRefuse } from '#web/or-refuse.server.ts';
import { contributorOf } from '../../telling.server.ts';
import type { Actions, PageServerLoad } from './$types';

const SpokenNamed = v.object({ spokenId: idOf<SpokenWordId>() });

export const load: PageServerLoad = async (event) => {
  const contributor = contributorOf(event);
  return {
    ...(await orRefuse(readUnderstandings(event.locals.deps, contributor, contributor))),
    fromMine: event.url.searchParams.has('mine'),
    pageWords: words(event.params.lang, ['consent'])
  };
};

export const actions: Actions = {
  say: (event) =>
    refusing(async () => {
      await sayUnderstanding(event.locals.deps, contributorOf(event), await parseForm(event.request, Understanding));
      const isMine = event.url.searchParams.has('mine');
      redirect(303, `/${event.params.lang}/${isMine ? 'mine' : 'tell/earlier'}`);
    }),
  takeBack: (event) =>
    refusing(async () =>
      takeBackUnderstanding(event.locals.deps, contributorOf(event), await parseForm(event.request, UnderstandingNamed))
    ),
  deleteSpoken: (event) =>
    refusing(async () => {
      const { spokenId } = await parseForm(event.request, SpokenNamed);
      await deleteSpoken(event.locals.deps, contributorOf(event), { id: spokenId });
    }),
  call: (event) =>
    refusing(async () => {
      const { how } = await parseForm(event.request, CallHow);
      const body = translatorFor(event.params.lang)('consent:help.call_message', { how });
      await askForCall(event.locals.deps, contributorOf(event), { body });
      return { asked: true };
    })
};

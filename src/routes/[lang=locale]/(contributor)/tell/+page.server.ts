import { redirect } from '@sveltejs/kit';
import { CONSENT_TEXTS, TEXT_VERSION } from '#modules/consent/texts.server.ts';
import { readNarration } from '#modules/narration/read-narrations.server.ts';
import { attempts } from '#modules/testimony/attempts.server.ts';
import { beginTestimony } from '#modules/testimony/begin-testimony.server.ts';
import { Beginning, SPOKEN_LANGUAGES } from '#modules/testimony/schema.ts';
import { parseForm, refusing } from '#web/forms.server.ts';
import { orRefuse } from '#web/or-refuse.server.ts';
import { keepSession } from '../telling.server.ts';
import type { Actions, PageServerLoad } from './$types';

/** A room full of people behind one address may all begin; a machine may not begin for ever. */
const beginnings = attempts(30, 60_000);

export const load: PageServerLoad = async ({ params, locals }) => ({
  narration: await orRefuse(readNarration(locals.deps, locals.actor, { textVersion: TEXT_VERSION, language: params.lang, part: 'before' })),
  before: CONSENT_TEXTS[params.lang].before,
  languages: SPOKEN_LANGUAGES,
  isGoingOn: locals.contributor !== null
});

export const actions: Actions = {
  begin: (event) =>
    refusing(async () => {
      const beginning = await parseForm(event.request, Beginning);
      beginnings.take(event.getClientAddress());
      const { cookie } = await beginTestimony(event.locals.deps, beginning);
      keepSession(event, cookie);
      redirect(303, `/${event.params.lang}/tell/consent/keep`);
    })
};

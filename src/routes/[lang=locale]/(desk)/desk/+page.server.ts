import { redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { listQueue } from '#modules/review/list-queue.server.ts';
import { QueueQuestion } from '#modules/review/schema.ts';
import { takeTestimony } from '#modules/review/take-testimony.server.ts';
import { idOf, type TestimonyId } from '#platform/ids.ts';
import { parse, parseForm, refusing } from '#web/forms.server.ts';
import { orRefuse } from '#web/or-refuse.server.ts';
import { atDesk } from '../at-desk.server.ts';
import type { Actions, PageServerLoad } from './$types';

const Taken = v.object({ testimonyId: idOf<TestimonyId>() });

export const load: PageServerLoad = async (event) => {
  const question = parse(QueueQuestion, Object.fromEntries(event.url.searchParams));
  const queue = await orRefuse(listQueue(event.locals.deps, atDesk(event), { ...question, locale: event.params.lang }));
  return { ...question, ...queue };
};

export const actions: Actions = {
  take: (event) =>
    refusing(async () => {
      const taken = await parseForm(event.request, Taken);
      await takeTestimony(event.locals.deps, atDesk(event), taken);
      redirect(303, `/${event.params.lang}/desk/testimonies/${taken.testimonyId}`);
    })
};

import { redirect } from '@sveltejs/kit';
import { Statement } from '#modules/testimony/schema.ts';
import { readStatement, writeStatement } from '#modules/testimony/write-statement.server.ts';
import { parseForm, refusing } from '#web/forms.server.ts';
import { orRefuse } from '#web/or-refuse.server.ts';
import { contributorOf } from '../../telling.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

export const load: PageServerLoad = async (event) => ({
  body: await orRefuse(readStatement(event.locals.deps, contributorOf(event)))
});

async function write(event: RequestEvent): Promise<void> {
  const contributor = contributorOf(event);
  await writeStatement(event.locals.deps, contributor, await parseForm(event.request, Statement));
}

export const actions: Actions = {
  save: (event) =>
    refusing(async () => {
      await write(event);
      return { saved: true };
    }),
  done: (event) =>
    refusing(async () => {
      await write(event);
      redirect(303, `/${event.params.lang}/tell/review`);
    })
};

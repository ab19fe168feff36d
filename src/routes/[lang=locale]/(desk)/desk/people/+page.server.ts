import { fail, type RequestEvent } from '@sveltejs/kit';
import type * as v from 'valibot';
import { words } from '#i18n/words.server.ts';
import {
  changeRoles,
  forgetSecondFactor,
  invitePerson,
  listPeople,
  readmitPerson,
  suspendPerson
} from '#modules/identity/people.server.ts';
import { Invitation, PersonNamed, RolesChosen } from '#modules/identity/schema.ts';
import type { Account } from '#platform/actor.ts';
import type { Deps } from '#platform/deps.server.ts';
import { parseForm, refusing } from '#web/forms.server.ts';
import { typedFields } from '#web/typed-fields.server.ts';
import { orRefuse } from '#web/or-refuse.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => ({
  people: await orRefuse(listPeople(locals.deps, locals.account!)),
  me: locals.account!.userId,
  pageWords: words(params.lang, ['identity', 'errors'])
});

/** One form, one use case; `done` is what the page then says. */
function action<S extends v.GenericSchema, D extends 'saved' | 'invited'>(
  schema: S,
  work: (deps: Deps, actor: Account, input: v.InferOutput<S>) => Promise<void>,
  done: D
) {
  return ({ request, locals }: RequestEvent) =>
    refusing(async () => {
      await work(locals.deps, locals.account!, await parseForm(request, schema));
      return { done };
    });
}

export const actions: Actions = {
  invite: async (event) => {
    const typed = await typedFields(event.request, ['email', 'displayName']);
    const answer = await action(Invitation, invitePerson, 'invited')(event);
    return 'done' in answer ? answer : fail(answer.status, { ...answer.data, typed });
  },
  roles: action(RolesChosen, changeRoles, 'saved'),
  suspend: action(PersonNamed, suspendPerson, 'saved'),
  readmit: action(PersonNamed, readmitPerson, 'saved'),
  forgetFactor: action(PersonNamed, forgetSecondFactor, 'saved')
};

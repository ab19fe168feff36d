import { fail, redirect } from '@sveltejs/kit';
import * as v from 'valibot';
import { words } from '#i18n/words.server.ts';
import { identityClient } from '#modules/identity/identity-client.server.ts';
import { NextPage, SignIn } from '#modules/identity/schema.ts';
import { signIn } from '#modules/identity/sign-in.server.ts';
import { tries } from '#modules/identity/tries.server.ts';
import { typedFields } from '#web/typed-fields.server.ts';
import { parseForm, refusing } from '#web/forms.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals, params, url }) => {
  if (locals.account?.atDesk) redirect(303, v.parse(NextPage, url.searchParams.get('next')) ?? `/${params.lang}/desk`);
  return { pageWords: words(params.lang, ['identity', 'errors']) };
};

export const actions: Actions = {
  default: async ({ request, locals, cookies, params, url, getClientAddress }) => {
    const typed = await typedFields(request, ['email']);
    const refused = await refusing(async () => {
      tries.take(getClientAddress());
      const { env, db } = locals.deps;
      const next = v.parse(NextPage, url.searchParams.get('next'));
      const step = await signIn({ identity: identityClient(env, cookies), env, db }, await parseForm(request, SignIn));
      if (step === 'in') redirect(303, next ?? `/${params.lang}`);
      redirect(303, `/${params.lang}/desk/second-factor${next ? `?${new URLSearchParams({ next })}` : ''}`);
    });
    return fail(refused.status, { ...refused.data, typed });
  }
};

import { redirect } from '@sveltejs/kit';
import { words } from '#i18n/words.server.ts';
import { identityClient } from '#modules/identity/identity-client.server.ts';
import { signOut } from '#modules/identity/sign-in.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ params }) => ({ pageWords: words(params.lang, ['identity', 'errors']) });

export const actions: Actions = {
  default: async ({ locals, cookies, params }) => {
    const { env, db } = locals.deps;
    await signOut({ identity: identityClient(env, cookies), db }, locals.account);
    redirect(303, `/${params.lang}/desk/sign-in`);
  }
};

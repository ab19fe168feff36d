import { redirect } from '@sveltejs/kit';
import { words } from '#i18n/words.server.ts';
import { beganWithLink, choosePassword } from '#modules/identity/choose-password.server.ts';
import { tries } from '#modules/identity/tries.server.ts';
import { identityClient } from '#modules/identity/identity-client.server.ts';
import { PasswordChosen } from '#modules/identity/schema.ts';
import { parseForm, refusing } from '#web/forms.server.ts';
import type { Actions, PageServerLoad } from './$types';

/** Looking at the page uses nothing up: programs that open every link in a mail leave it whole. */
export const load: PageServerLoad = async ({ locals, cookies, params, url }) => {
  const tokenHash = url.searchParams.get('token_hash') ?? '';
  const open = Boolean(tokenHash) || (await beganWithLink({ identity: identityClient(locals.deps.env, cookies) }));
  return { tokenHash, open, pageWords: words(params.lang, ['identity', 'errors']) };
};

export const actions: Actions = {
  default: ({ request, locals, cookies, params, getClientAddress }) =>
    refusing(async () => {
      const { env, db } = locals.deps;
      tries.take(getClientAddress());
      await choosePassword({ identity: identityClient(env, cookies), env, db }, 'invite', await parseForm(request, PasswordChosen));
      redirect(303, `/${params.lang}/desk/second-factor`);
    })
};

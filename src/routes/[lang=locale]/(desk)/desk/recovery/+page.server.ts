import { redirect } from '@sveltejs/kit';
import { words } from '#i18n/words.server.ts';
import { askForRecovery, beganWithLink, choosePassword } from '#modules/identity/choose-password.server.ts';
import { tries } from '#modules/identity/tries.server.ts';
import { identityClient } from '#modules/identity/identity-client.server.ts';
import { PasswordChosen, RecoveryAsked } from '#modules/identity/schema.ts';
import { parseForm, refusing } from '#web/forms.server.ts';
import type { Actions, PageServerLoad } from './$types';

/** Without a link the page asks for an address; with one, for the new password. Looking uses nothing up. */
export const load: PageServerLoad = async ({ locals, cookies, params, url }) => {
  const tokenHash = url.searchParams.get('token_hash') ?? '';
  const open = Boolean(tokenHash) || (await beganWithLink({ identity: identityClient(locals.deps.env, cookies) }));
  return { tokenHash, open, pageWords: words(params.lang, ['identity', 'errors']) };
};

export const actions: Actions = {
  ask: ({ request, locals, params, getClientAddress }) =>
    refusing(async () => {
      tries.take(getClientAddress());
      const { email } = await parseForm(request, RecoveryAsked);
      await askForRecovery(locals.deps, { email, locale: params.lang });
      return { sent: true };
    }),
  choose: ({ request, locals, cookies, params, getClientAddress }) =>
    refusing(async () => {
      const { env, db } = locals.deps;
      tries.take(getClientAddress());
      await choosePassword({ identity: identityClient(env, cookies), env, db }, 'recovery', await parseForm(request, PasswordChosen));
      redirect(303, `/${params.lang}/desk/second-factor`);
    })
};

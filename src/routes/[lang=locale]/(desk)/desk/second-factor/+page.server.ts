import { fail, redirect, type RequestEvent } from '@sveltejs/kit';
import * as v from 'valibot';
import { words } from '#i18n/words.server.ts';
import { identityClient } from '#modules/identity/identity-client.server.ts';
import { CodeGiven, FactorConfirmed, FactorShown, NextPage } from '#modules/identity/schema.ts';
import { beginFactor, confirmFactor, giveCode, knownFactors, shownFactor } from '#modules/identity/second-factor.server.ts';
import type { Account } from '#platform/actor.ts';
import { tries } from '#modules/identity/tries.server.ts';
import { parse, parseForm, refusing } from '#web/forms.server.ts';
import { orRefuse } from '#web/or-refuse.server.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  const { locals, params, url } = event;
  const account = signedIn(event);
  if (account.atDesk) redirect(303, afterwards(params, url));
  const known = await orRefuse(knownFactors(depsOf(event)));
  return {
    step: known.length ? ('code' as const) : ('enrol' as const),
    locked: locals.account?.aal === 'aal2',
    pageWords: words(params.lang, ['identity', 'errors'])
  };
};

export const actions: Actions = {
  code: (event) =>
    refusing(async () => {
      tries.take(event.getClientAddress());
      await giveCode(depsOf(event), (await parseForm(event.request, CodeGiven)).code);
      redirect(303, afterwards(event.params, event.url));
    }),
  begin: (event) => refusing(async () => ({ factor: await beginFactor(depsOf(event), signedIn(event)) })),
  confirm: (event) =>
    refusing(async () => {
      const shown = await parseForm(event.request, FactorShown);
      tries.take(event.getClientAddress());
      const refused = await refusing(async () => confirmFactor(depsOf(event), parse(FactorConfirmed, shown)));
      if (!refused) redirect(303, afterwards(event.params, event.url));
      // The same square again, for whoever mistyped the code: the app has it already.
      return fail(refused.status, { ...refused.data, factor: shownFactor(depsOf(event), signedIn(event), shown) });
    })
};

function signedIn({ locals, params }: Pick<RequestEvent, 'locals' | 'params'>): Account {
  if (!locals.account) redirect(303, `/${params.lang}/desk/sign-in`);
  return locals.account;
}

function depsOf({ locals, cookies }: Pick<RequestEvent, 'locals' | 'cookies'>) {
  const { env, db } = locals.deps;
  return { identity: identityClient(env, cookies), env, db };
}

const afterwards = (params: RequestEvent['params'], url: URL) => v.parse(NextPage, url.searchParams.get('next')) ?? `/${params.lang}/desk`;

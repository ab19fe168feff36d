import type { RequestEvent } from '@sveltejs/kit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { identityAdmin, identityClient, type AccountCookies, type IdentityEnv } from '#modules/identity/identity-client.server.ts';
import { beginFactor, confirmFactor } from '#modules/identity/second-factor.server.ts';
import { signIn } from '#modules/identity/sign-in.server.ts';
import { accountFromCookies } from '#modules/identity/account-from-cookies.server.ts';
import type { StaffRole } from '#platform/actor.ts';
import type { Deps } from '#platform/deps.server.ts';
import { testDatabase } from '#tests/database.ts';
import { codeOf, identityServer, type IdentityServer } from '#tests/identity-server.ts';
import { handleLocals } from './locals.server.ts';

const database = await testDatabase();
const { db } = database;
let server: IdentityServer;
let env: IdentityEnv;
beforeAll(async () => {
  server = await identityServer(database);
  env = {
    SUPABASE_URL: server.url,
    SUPABASE_PUBLISHABLE_KEY: server.publishableKey,
    SUPABASE_SECRET_KEY: server.secretKey,
    ORIGIN: 'http://localhost:8700'
  };
});
afterAll(async () => {
  await server.close();
  await database.close();
});

const PASSWORD = 'a quiet morning by the sea';

function jar(): AccountCookies & { get: (name: string) => string | undefined } {
  const kept = new Map<string, string>();
  return {
    getAll: () => [...kept].map(([name, value]) => ({ name, value })),
    get: (name) => kept.get(name),
    set: (name, value, options) => void (options.maxAge === 0 ? kept.delete(name) : kept.set(name, value))
  };
}

async function signedIn(role: StaffRole, { code = false } = {}) {
  const email = `${role}-${Math.random().toString(36).slice(2)}@example.org`;
  const { data } = await identityAdmin(env).createUser({ email, password: PASSWORD, email_confirm: true });
  await database.sql('insert into account (user_id, display_name) values ($1, $2)', [data.user!.id, 'Somebody']);
  await database.sql('insert into account_role (user_id, role) values ($1, $2)', [data.user!.id, role]);
  const cookies = jar();
  const deps = () => ({ identity: identityClient(env, cookies), env, db });
  await signIn(deps(), { email, password: PASSWORD });
  if (code) {
    const { factorId, secret } = await beginFactor(deps(), (await accountFromCookies({ env, db }, cookies))!);
    await confirmFactor(deps(), { factorId, code: codeOf(secret) });
  }
  return cookies;
}

const handle = handleLocals(() => ({ env, db }) as unknown as Deps);

/** What the hook does with a request: the status it ends with, or what the page would see. */
async function ask(routeId: string, cookies = jar(), init: RequestInit = {}) {
  const url = new URL('http://localhost:8700/ar/desk/people');
  const event = {
    locals: {},
    cookies,
    request: new Request(url, init),
    route: { id: routeId },
    params: { lang: 'ar' },
    url
  } as unknown as RequestEvent;
  try {
    await handle({ event, resolve: async () => new Response() });
    return event.locals;
  } catch (thrown) {
    const { status, location, body } = thrown as { status: number; location?: string; body?: { code: string } };
    return { status, ...(location && { location }), ...(body && { code: body.code }) };
  }
}

const PEOPLE = '/[lang=locale]/(desk)/desk/people';

it('lets everyone into the archive, as nobody', async () => {
  expect(await ask('/[lang=locale]/(archive)')).toMatchObject({ account: null, contributor: null, actor: { kind: 'visitor' } });
});

it('R22 leaves what somebody sees in no cache', async () => {
  const cookies = await signedIn('reader');
  const url = new URL('http://localhost:8700/ar');
  const event = (kept: AccountCookies) =>
    ({
      locals: {},
      cookies: kept,
      request: new Request(url),
      route: { id: '/[lang=locale]/(archive)' },
      params: { lang: 'ar' },
      url
    }) as unknown as RequestEvent;
  const answer = async (kept: AccountCookies, response = new Response()) =>
    (await handle({ event: event(kept), resolve: async () => response })).headers.get('cache-control');
  expect(await answer(cookies)).toBe('private, no-store');
  expect(await answer(cookies, new Response(null, { headers: { 'cache-control': 'max-age=600' } }))).toBe('max-age=600');
  expect(await answer(jar())).toBeNull();
});

it('leads who is not signed in to the door and back, and refuses what they send', async () => {
  expect(await ask(PEOPLE)).toEqual({ status: 303, location: '/ar/desk/sign-in?next=%2Far%2Fdesk%2Fpeople' });
  expect(await ask(PEOPLE, jar(), { method: 'POST' })).toEqual({ status: 401, code: 'sign_in_needed' });
  expect(await ask('/[lang=locale]/(desk)/desk/sign-in')).toMatchObject({ account: null });
});

it('asks staff for the second factor, pages and actions alike', async () => {
  const cookies = await signedIn('reviewer');
  expect(await ask(PEOPLE, cookies)).toEqual({ status: 303, location: '/ar/desk/second-factor?next=%2Far%2Fdesk%2Fpeople' });
  expect(await ask(PEOPLE, cookies, { method: 'POST' })).toEqual({ status: 403, code: 'second_factor_needed' });
  expect(await ask('/[lang=locale]/(archive)', cookies)).toMatchObject({ actor: { kind: 'account', roles: ['reviewer'], atDesk: false } });
});

it('shows a reader no desk at all', async () => {
  expect(await ask(PEOPLE, await signedIn('reader'))).toEqual({ status: 404, code: 'not_found' });
});

it('R40 locks the desk after 30 idle minutes, whatever the page itself keeps asking', async () => {
  const cookies = await signedIn('admin', { code: true });
  expect(await ask(PEOPLE, cookies)).toMatchObject({ actor: { kind: 'account', atDesk: true } });

  const idle = (minutes: number) => database.sql('update desk_session set seen_at = now() - make_interval(mins => $1)', [minutes]);
  await idle(29);
  expect(await ask(PEOPLE, cookies, { headers: { 'x-background': '1' } })).toMatchObject({ account: { atDesk: true } });
  const [seen] = await database.sql<{ old: boolean }>("select max(seen_at) < now() - interval '28 minutes' as old from desk_session");
  expect(seen).toEqual({ old: true });

  await idle(31);
  expect(await ask(PEOPLE, cookies, { headers: { 'x-background': '1' } })).toEqual({ status: 403, code: 'desk_locked' });
  expect(await ask(PEOPLE, cookies, { method: 'POST' })).toEqual({ status: 403, code: 'desk_locked' });
  expect(await ask(PEOPLE, cookies)).toMatchObject({ status: 303 });
});

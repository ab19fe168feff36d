import { randomUUID } from 'node:crypto';
import type { SupabaseClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Account, StaffRole } from '#platform/actor.ts';
import { testDatabase } from '#tests/database.ts';
import { codeOf, identityServer, type IdentityServer } from '#tests/identity-server.ts';
import { accountFromCookies } from './account-from-cookies.server.ts';
import { askForRecovery, choosePassword } from './choose-password.server.ts';
import { identityAdmin, identityClient, type AccountCookies, type IdentityEnv } from './identity-client.server.ts';
import { inviteFirstAdmin } from './invite-first-admin.server.ts';
import { changeRoles, forgetSecondFactor, invitePerson, listPeople, readmitPerson, suspendPerson } from './people.server.ts';
import { beginFactor, confirmFactor, giveCode } from './second-factor.server.ts';
import { signIn, signOut } from './sign-in.server.ts';

const PASSWORD = 'a quiet morning by the sea';

const database = await testDatabase();
const db = database.db;
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

type SetOptions = Parameters<AccountCookies['set']>[2];

/** A browser: keeps cookies, with what was said of each. */
function browser() {
  const jar = new Map<string, { value: string; options: SetOptions }>();
  const cookies: AccountCookies = {
    getAll: () => [...jar].map(([name, { value }]) => ({ name, value })),
    set(name, value, options) {
      if (options.maxAge === 0) jar.delete(name);
      else jar.set(name, { value, options });
    }
  };
  // A new client for each request, as the web makes them.
  const deps = () => ({ identity: identityClient(env, cookies) as SupabaseClient, env, db });
  return { jar, cookies, deps, account: (active = true) => accountFromCookies({ env, db }, cookies, { active }) };
}

async function person(...roles: StaffRole[]) {
  const email = `${randomUUID()}@example.org`;
  const { data } = await identityAdmin(env).createUser({ email, password: PASSWORD, email_confirm: true });
  const id = data.user!.id;
  await database.sql('insert into account (user_id, display_name) values ($1, $2)', [id, 'Somebody']);
  for (const role of roles) await database.sql('insert into account_role (user_id, role) values ($1, $2)', [id, role]);
  return { id, email };
}

async function atDesk(...roles: StaffRole[]) {
  const who = await person(...roles);
  const seat = browser();
  await signIn(seat.deps(), { email: who.email, password: PASSWORD });
  const { factorId, secret } = await beginFactor(seat.deps(), (await seat.account())!);
  await confirmFactor(seat.deps(), { factorId, code: codeOf(secret, -1) });
  return { ...who, ...seat, secret, actor: (await seat.account())! };
}

const idle = (minutes: number, { claims }: Account) =>
  database.sql('update desk_session set seen_at = now() - make_interval(mins => $1) where session_id = $2', [minutes, claims.session_id]);

const tokenIn = (text: string) => /token_hash=([0-9a-f]{56})/.exec(text)![1]!;
const lastMailTo = async (email: string) => (await server.mails()).filter((text) => text.includes(email)).at(-1)!;

it('knows nobody without cookies and with forged ones', async () => {
  const { cookies, account } = browser();
  expect(await account()).toBeNull();
  cookies.set(
    'account',
    `base64-${Buffer.from('{"access_token":"a.b.c","refresh_token":"x","expires_at":9999999999}').toString('base64url')}`,
    { path: '/' }
  );
  expect(await account()).toBeNull();
});

it('signs in by password, in cookies that no script reads and no other site sends', async () => {
  const { email, id } = await person('reviewer');
  const { deps, jar, account } = browser();
  expect(await signIn(deps(), { email, password: PASSWORD })).toBe('enrol');
  expect(await account()).toMatchObject({
    kind: 'account',
    userId: id,
    aal: 'aal1',
    atDesk: false,
    roles: ['reviewer'],
    displayName: 'Somebody'
  });
  expect(jar.size).toBeGreaterThan(0);
  for (const { options } of jar.values()) expect(options).toEqual({ path: '/', httpOnly: true, sameSite: 'lax', secure: false });

  await signOut(deps(), await account());
  expect(jar.size).toBe(0);
  expect(await account()).toBeNull();
});

it('marks cookies as secure where the archive is reached by https', async () => {
  const { email } = await person('reader');
  const { cookies, jar } = browser();
  const secure = { ...env, ORIGIN: 'https://archive.example' };
  expect(await signIn({ identity: identityClient(secure, cookies), env: secure, db }, { email, password: PASSWORD })).toBe('in');
  for (const { options } of jar.values()) expect(options).toMatchObject({ secure: true, httpOnly: true, sameSite: 'lax' });
});

it('refuses alike a wrong password, an unknown address and who has no account here', async () => {
  const { email } = await person('reviewer');
  const stranger = `${randomUUID()}@example.org`;
  await identityAdmin(env).createUser({ email: stranger, password: PASSWORD, email_confirm: true });
  for (const attempt of [
    { email, password: 'wrong' },
    { email: `${randomUUID()}@example.org`, password: PASSWORD },
    { email: stranger, password: PASSWORD }
  ]) {
    const { deps, jar } = browser();
    await expect(signIn(deps(), attempt)).rejects.toMatchObject({ code: 'sign_in_refused' });
    expect(jar.size).toBe(0);
  }
});

it('opens the desk with a code from a new app, once it proved itself', async () => {
  const { email } = await person('reviewer');
  const { deps, account } = browser();
  await signIn(deps(), { email, password: PASSWORD });
  const first = await beginFactor(deps(), (await account())!);
  await expect(confirmFactor(deps(), { factorId: first.factorId, code: '000000' })).rejects.toMatchObject({ code: 'code_wrong' });
  const { factorId, secret, qr } = await beginFactor(deps(), (await account())!);
  expect(qr).toMatch(/^data:image\/svg\+xml;base64,/);
  await confirmFactor(deps(), { factorId, code: codeOf(secret) });
  expect(await account()).toMatchObject({ aal: 'aal2', atDesk: true });
});

it('R40 locks a session after 30 idle minutes until a new code is given', async () => {
  const { actor, account, deps, secret } = await atDesk('reviewer');
  await idle(29, actor);
  expect(await account()).toMatchObject({ atDesk: true });
  await idle(31, actor);
  expect(await account()).toMatchObject({ aal: 'aal2', atDesk: false });
  await expect(giveCode(deps(), '000000')).rejects.toMatchObject({ code: 'code_wrong' });
  expect(await account()).toMatchObject({ atDesk: false });
  await giveCode(deps(), codeOf(secret));
  expect(await account()).toMatchObject({ atDesk: true });
});

it('R40 is not kept awake by what a page asks by itself', async () => {
  const { actor, account } = await atDesk('reviewer');
  await idle(29, actor);
  expect(await account(false)).toMatchObject({ atDesk: true });
  const [row] = await database.sql<{ old: boolean }>(
    "select seen_at < now() - interval '28 minutes' as old from desk_session where session_id = $1",
    [actor.claims.session_id]
  );
  expect(row).toEqual({ old: true });
});

/** The desk as somebody meets it who kept a copy of the cookies: their access token has not run out. */
async function copied({ jar }: { jar: Map<string, { value: string; options: SetOptions }> }) {
  const thief = browser();
  for (const [name, { value, options }] of jar) thief.cookies.set(name, value, options);
  return async () => (await thief.account())?.atDesk;
}

it('R40 closes the desk at sign-out, also to a copy of the cookies', async () => {
  const here = await atDesk('reviewer');
  const thief = await copied(here);
  expect(await thief()).toBe(true);
  await signOut(here.deps(), here.actor);
  expect(await thief()).toBe(false);
});

it('R40 closes the desk to earlier sessions when a password is chosen anew or an app is forgotten', async () => {
  const here = await atDesk('reviewer');
  const thief = await copied(here);
  await askForRecovery({ env }, { email: here.email, locale: 'en' });
  const there = browser();
  const chosen = { token_hash: tokenIn(await lastMailTo(here.email)), password: 'an evening in the hills', code: codeOf(here.secret) };
  await choosePassword(there.deps(), 'recovery', chosen);
  expect([await thief(), (await there.account())?.atDesk]).toEqual([false, true]);

  const lost = await copied(there);
  const admin = await atDesk('admin');
  await forgetSecondFactor({ db, env }, admin.actor, { userId: here.actor.userId });
  expect(await lost()).toBe(false);
});

it('asks a known app at the next sign-in', async () => {
  const { email, secret } = await atDesk('linguist');
  const { deps, account } = browser();
  expect(await signIn(deps(), { email, password: PASSWORD })).toBe('code');
  await expect(beginFactor(deps(), (await account())!)).rejects.toMatchObject({ code: 'second_factor_needed' });
  await giveCode(deps(), codeOf(secret));
  expect(await account()).toMatchObject({ atDesk: true, roles: ['linguist'] });
});

it('invites by mail; whoever comes chooses a password, then an app, and has the roles', async () => {
  const { actor } = await atDesk('admin');
  const email = `${randomUUID()}@example.org`;
  await invitePerson({ db, env }, actor, { email, displayName: 'Nour', locale: 'ar', roles: ['reviewer', 'linguist'], purposes: [] });
  expect(await listPeople({ db, env }, actor)).toContainEqual({
    userId: expect.any(String),
    displayName: 'Nour',
    email,
    roles: ['linguist', 'reviewer'],
    purposes: [],
    state: 'invited',
    hasSecondFactor: false
  });
  const mail = await lastMailTo(email);
  expect(mail).toContain('http://localhost:8700/ar/desk/invitation?token_hash=');

  const { deps, account } = browser();
  const token_hash = tokenIn(mail);
  await choosePassword(deps(), 'invite', { token_hash, password: PASSWORD });
  const { factorId, secret } = await beginFactor(deps(), (await account())!);
  await confirmFactor(deps(), { factorId, code: codeOf(secret) });
  expect(await account()).toMatchObject({ atDesk: true, displayName: 'Nour', roles: ['linguist', 'reviewer'] });
  const nour = (await listPeople({ db, env }, actor)).find((someone) => someone.email === email);
  expect(nour).toMatchObject({ state: 'active', hasSecondFactor: true });

  await expect(choosePassword(browser().deps(), 'invite', { token_hash, password: PASSWORD })).rejects.toMatchObject({ code: 'link_over' });
  await expect(
    invitePerson({ db, env }, actor, { email, displayName: 'Nour', locale: 'ar', roles: ['reader'], purposes: [] })
  ).rejects.toMatchObject({
    code: 'already_has_account'
  });
});

it('recovers a password by mail, with the code of the app, and forgives a wrong one', async () => {
  const { email, secret } = await atDesk('reviewer');
  await askForRecovery({ env }, { email, locale: 'en' });
  const token_hash = tokenIn(await lastMailTo(email));
  const { deps, account } = browser();
  const password = 'an evening in the hills';
  await expect(choosePassword(deps(), 'recovery', { token_hash, password })).rejects.toMatchObject({ code: 'second_factor_needed' });
  await expect(choosePassword(deps(), 'recovery', { token_hash, password, code: '000000' })).rejects.toMatchObject({ code: 'code_wrong' });
  await choosePassword(deps(), 'recovery', { token_hash, password, code: codeOf(secret) });
  expect(await account()).toMatchObject({ atDesk: true });
  await expect(signIn(browser().deps(), { email, password: PASSWORD })).rejects.toMatchObject({ code: 'sign_in_refused' });
  expect(await signIn(browser().deps(), { email, password })).toBe('code');
});

it('says nothing of whether an address has an account when a password is asked for', async () => {
  await expect(askForRecovery({ env }, { email: `${randomUUID()}@example.org`, locale: 'ar' })).resolves.toBeUndefined();
});

it('suspends: nothing is open from that moment, until the person is readmitted', async () => {
  const { actor } = await atDesk('admin');
  const other = await atDesk('reviewer');
  await suspendPerson({ db, env }, actor, { userId: other.actor.userId });
  expect(await other.account()).toBeNull();
  await expect(signIn(browser().deps(), { email: other.email, password: PASSWORD })).rejects.toMatchObject({ code: 'sign_in_refused' });
  await readmitPerson({ db, env }, actor, { userId: other.actor.userId });
  expect(await signIn(browser().deps(), { email: other.email, password: PASSWORD })).toBe('code');
});

it('changes roles of others, at once, and never one’s own', async () => {
  const { actor } = await atDesk('admin');
  const other = await atDesk('reviewer');
  await changeRoles({ db }, actor, { userId: other.actor.userId, roles: ['linguist', 'custodian'], purposes: ['court'] });
  expect((await other.account())!.roles).toEqual(['linguist', 'custodian']);
  await expect(changeRoles({ db }, actor, { userId: actor.userId, roles: ['admin', 'custodian'], purposes: [] })).rejects.toMatchObject({
    code: 'not_found'
  });
});

it('vets a reader for uses, and what they were vetted for ends with the role', async () => {
  const { actor } = await atDesk('admin');
  const reader = await person('reader');
  const [row] = await database.sql<{ userId: Account['userId'] }>('select user_id as "userId" from account where user_id = $1', [
    reader.id
  ]);
  const { userId } = row!;
  const purposes = async () => (await listPeople({ db, env }, actor)).find((someone) => someone.userId === userId)!.purposes;
  await changeRoles({ db }, actor, { userId, roles: ['reader'], purposes: ['court', 'journalists'] });
  expect(await purposes()).toEqual(['journalists', 'court']);
  await changeRoles({ db }, actor, { userId, roles: ['reader'], purposes: ['court'] });
  expect(await purposes()).toEqual(['court']);
  await changeRoles({ db }, actor, { userId, roles: ['linguist'], purposes: ['court'] });
  expect(await purposes()).toEqual([]);
});

it('forgets a lost app, and a new one is made known at the next sign-in', async () => {
  const { actor } = await atDesk('admin');
  const other = await atDesk('reviewer');
  await forgetSecondFactor({ db, env }, actor, { userId: other.actor.userId });
  expect(await signIn(browser().deps(), { email: other.email, password: PASSWORD })).toBe('enrol');
});

it('answers "not found" to everyone but an admin at the desk', async () => {
  const someone = await person('reader');
  const reviewer = await atDesk('reviewer');
  const locked = await atDesk('admin');
  await idle(31, locked.actor);
  const userId = (await database.sql<{ user_id: Account['userId'] }>('select user_id from account where user_id = $1', [someone.id]))[0]!
    .user_id;
  for (const actor of [reviewer.actor, locked.actor]) {
    const deps = { db, env };
    const invitation = { email: 'new@example.org', displayName: 'New', locale: 'ar' as const, roles: ['reader' as const], purposes: [] };
    for (const attempt of [
      () => listPeople(deps, actor),
      () => invitePerson(deps, actor, invitation),
      () => changeRoles(deps, actor, { userId, roles: ['admin'], purposes: [] }),
      () => suspendPerson(deps, actor, { userId }),
      () => readmitPerson(deps, actor, { userId }),
      () => forgetSecondFactor(deps, actor, { userId })
    ])
      await expect(attempt()).rejects.toMatchObject({ code: 'not_found' });
  }
  expect((await identityAdmin(env).listUsers()).data.users.some((user) => user.email === 'new@example.org')).toBe(false);
});

it('invites the first admin at every start until they have come', async () => {
  await database.sql("delete from account_role where role = 'admin'");
  const email = `${randomUUID()}@example.org`;
  const ask = () => inviteFirstAdmin({ env, ownerUrl: database.ownerUrl }, { email, locale: 'ar' });
  const first = (await ask())!;
  const second = (await ask())!;
  expect(second).toMatch(/^http:\/\/localhost:8700\/ar\/desk\/invitation\?token_hash=[0-9a-f]{56}&type=invite$/);
  await expect(choosePassword(browser().deps(), 'invite', { token_hash: tokenIn(first), password: PASSWORD })).rejects.toMatchObject({
    code: 'link_over'
  });
  const { deps, account } = browser();
  await choosePassword(deps(), 'invite', { token_hash: tokenIn(second), password: PASSWORD });
  expect(await account()).toMatchObject({ roles: ['admin'] });
  expect(await ask()).toBeNull();
});

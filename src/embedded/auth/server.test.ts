import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '#tests/database.ts';
import { clientOf, codeOf, identityServer, steadyCodes, type IdentityServer } from '#tests/identity-server.ts';

const database = await testDatabase();
let server: IdentityServer;
beforeAll(async () => {
  server = await identityServer(database, { AUTH_CALLER_HEADER: 'X-Caller', AUTH_REUSE_SECONDS: '10' });
});
afterAll(async () => {
  await server.close();
  await database.close();
});

const PASSWORD = 'a quiet morning by the sea';
const admin = () => clientOf(server.url, server.secretKey).auth.admin;
const visitor = () => clientOf(server.url, server.publishableKey);

async function person() {
  const email = `${randomUUID()}@example.org`;
  const { data } = await admin().createUser({ email, password: PASSWORD, email_confirm: true });
  const client = visitor();
  const signedIn = await client.auth.signInWithPassword({ email, password: PASSWORD });
  return { email, id: data.user!.id, client, session: signedIn.data.session! };
}

const ask = (path: string, init: RequestInit = {}) => fetch(`${server.url}${path}`, init);
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  ask(path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } });

it('takes a code once, and none that is older', async () => {
  await steadyCodes();
  const { client } = await person();
  const { data: factor } = await client.auth.mfa.enroll({ factorType: 'totp' });
  const attempt = async (steps: number) =>
    (await client.auth.mfa.challengeAndVerify({ factorId: factor!.id, code: codeOf(factor!.totp.secret, steps) })).error?.code;
  expect(await attempt(0)).toBeUndefined();
  expect(await attempt(0)).toBe('mfa_verification_failed');
  expect(await attempt(-1)).toBe('mfa_verification_failed');
  expect(await attempt(1)).toBeUndefined();
  expect(await attempt(1)).toBe('mfa_verification_failed');
});

it('takes a code that two send at once from one of them', async () => {
  const { client } = await person();
  const { data: factor } = await client.auth.mfa.enroll({ factorType: 'totp' });
  const code = codeOf(factor!.totp.secret);
  const both = await Promise.all([1, 2].map(() => client.auth.mfa.challengeAndVerify({ factorId: factor!.id, code })));
  expect(both.filter(({ error }) => !error)).toHaveLength(1);
});

it('stops guessing of codes and of passwords', async () => {
  const { client, email } = await person();
  const { data: factor } = await client.auth.mfa.enroll({ factorType: 'totp' });
  const guesses = [];
  for (let n = 0; n < 11; n += 1)
    guesses.push((await client.auth.mfa.challengeAndVerify({ factorId: factor!.id, code: '000000' })).error?.code);
  expect(guesses.at(0)).toBe('mfa_verification_failed');
  expect(guesses.at(-1)).toBe('over_request_rate_limit');

  const passwords = await Promise.all(Array.from({ length: 32 }, () => visitor().auth.signInWithPassword({ email, password: 'no' })));
  expect(passwords.filter(({ error }) => error?.status === 429)).not.toHaveLength(0);
});

it('R33 limits a caller that the web names, and stores neither address nor user agent', async () => {
  const headers = { 'x-caller': '203.0.113.7', 'user-agent': 'Told-Browser/1.0' };
  const { email } = await person();
  const answers = [];
  for (let n = 0; n < 31; n += 1)
    answers.push((await post('/token?grant_type=refresh_token', { refresh_token: 'abcdefghijkl' }, headers)).status);
  expect(answers.slice(0, 30).every((status) => status === 400)).toBe(true);
  expect(answers.at(-1)).toBe(429);
  expect((await post('/token?grant_type=password', { email, password: PASSWORD }, { ...headers, 'x-caller': '203.0.113.8' })).status).toBe(
    200
  );

  const tables = await database.sql<{ name: string }>(
    "select table_name as name from information_schema.tables where table_schema = 'auth'"
  );
  for (const { name } of tables) {
    const [row] = await database.sql<{ n: number }>(
      `select count(*)::int as n from auth.${name} t where t::text ~ '203\\.0\\.113|Told-Browser'`
    );
    expect(row!.n).toBe(0);
  }
});

it('keeps no password, refresh token, link or authenticator secret in the database as it is', async () => {
  const { client, email, session } = await person();
  const { data: factor } = await client.auth.mfa.enroll({ factorType: 'totp' });
  const link = (await admin().generateLink({ type: 'recovery', email })).data.properties!.hashed_token;
  for (const secret of [PASSWORD, session.refresh_token, factor!.totp.secret, link]) {
    for (const table of ['users', 'refresh_tokens', 'mfa_factors', 'one_time_tokens', 'sessions']) {
      const [row] = await database.sql<{ n: number }>(`select count(*)::int as n from auth.${table} t where strpos(t::text, $1) > 0`, [
        secret
      ]);
      expect(row!.n).toBe(0);
    }
  }
  const [user] = await database.sql<{ hash: string }>('select encrypted_password as hash from auth.users where email = $1', [email]);
  expect(user!.hash).toMatch(/^\$argon2id\$/);
});

it('R30 mails a link in both languages and not a word of what the archive is', async () => {
  const email = `${randomUUID()}@example.org`;
  await admin().inviteUserByEmail(email, { redirectTo: 'http://localhost:8700/ar/desk/invitation' });
  const mail = (await server.mails()).find((text) => text.includes(email))!;
  expect(mail).toMatch(/http:\/\/localhost:8700\/ar\/desk\/invitation\?token_hash=[0-9a-f]{56}&type=invite/);
  expect(mail).toContain('وصلتك دعوة إلى حساب');
  expect(mail).toContain('You have been invited to an account');
  expect(mail).not.toMatch(/testimon|archive|detain|prison|sawt|شهاد|أرشيف|معتقل|سجن|صوت/i);
});

it('invites again whoever has not come: the first link ends', async () => {
  const email = `${randomUUID()}@example.org`;
  const links = [];
  for (let n = 0; n < 2; n += 1) {
    expect((await admin().inviteUserByEmail(email)).error).toBeNull();
    links.push(/token_hash=([0-9a-f]{56})/.exec((await server.mails()).filter((text) => text.includes(email)).at(-1)!)![1]!);
  }
  expect((await visitor().auth.verifyOtp({ token_hash: links[0]!, type: 'invite' })).error?.code).toBe('otp_expired');
  expect((await visitor().auth.verifyOtp({ token_hash: links[1]!, type: 'invite' })).error).toBeNull();
  expect((await admin().inviteUserByEmail(email)).error?.code).toBe('email_exists');
});

it('leads links only to itself', async () => {
  const email = `${randomUUID()}@example.org`;
  await admin().inviteUserByEmail(email, { redirectTo: 'https://elsewhere.example/take' });
  expect((await server.mails()).find((text) => text.includes(email))).not.toContain('elsewhere');
});

it('mails one recovery a minute for an address, whether somebody has it or not', async () => {
  const known = (await person()).email;
  for (const email of [known, `${randomUUID()}@example.org`]) {
    expect((await visitor().auth.resetPasswordForEmail(email)).error).toBeNull();
    expect((await visitor().auth.resetPasswordForEmail(email)).error).toMatchObject({ status: 429, code: 'over_email_send_rate_limit' });
  }
  expect((await server.mails()).filter((text) => text.includes(known))).toHaveLength(1);
});

it('changes an address only by the link mailed to the new one', async () => {
  const { client, email } = await person();
  const wanted = `${randomUUID()}@example.org`;
  expect((await client.auth.updateUser({ email: wanted })).data.user).toMatchObject({ email, new_email: wanted });
  const link = /token_hash=([0-9a-f]{56})/.exec((await server.mails()).find((text) => text.includes(wanted))!)![1]!;
  expect((await visitor().auth.verifyOtp({ token_hash: link, type: 'email_change' })).data.user).toMatchObject({ email: wanted });
  expect((await visitor().auth.signInWithPassword({ email: wanted, password: PASSWORD })).error).toBeNull();
});

it('branches an older token that was replaced a moment ago', async () => {
  const { session } = await person();
  const refresh = async (token: string) => (await visitor().auth.refreshSession({ refresh_token: token })).data.session!.refresh_token;
  const child = await refresh(session.refresh_token);
  const grandchild = await refresh(child);
  const branch = await refresh(session.refresh_token);
  expect([child, grandchild]).not.toContain(branch);
  expect(await refresh(grandchild)).toBeTruthy();
});

it('refuses every token of a family at once when one of it was stolen', async () => {
  const strict = await identityServer(database, { AUTH_REUSE_SECONDS: '0' });
  try {
    const email = `${randomUUID()}@example.org`;
    await clientOf(strict.url, strict.secretKey).auth.admin.createUser({ email, password: PASSWORD, email_confirm: true });
    const client = clientOf(strict.url, strict.publishableKey);
    const { data } = await client.auth.signInWithPassword({ email, password: PASSWORD });
    const refresh = (refresh_token: string) => clientOf(strict.url, strict.publishableKey).auth.refreshSession({ refresh_token });
    const first = data.session!.refresh_token;
    const child = (await refresh(first)).data.session!.refresh_token;
    const newest = (await refresh(child)).data.session!.refresh_token;
    expect((await refresh(first)).error?.code).toBe('refresh_token_already_used');
    expect((await refresh(newest)).error?.code).toBe('refresh_token_already_used');
  } finally {
    await strict.close();
  }
});

it('words errors by the version that the client asks for', async () => {
  const old = await post('/token?grant_type=password', { email: 'a@example.org', password: 'x' });
  expect(old.headers.get('x-sb-error-code')).toBe('invalid_credentials');
  expect(await old.json()).toEqual({ code: 400, error_code: 'invalid_credentials', msg: 'Invalid login credentials' });
  const now = await post(
    '/auth/v1/token?grant_type=password',
    { email: 'a@example.org', password: 'x' },
    { 'X-Supabase-Api-Version': '2024-01-01' }
  );
  expect(now.headers.get('x-supabase-api-version')).toBe('2024-01-01');
  expect(await now.json()).toEqual({ code: 'invalid_credentials', message: 'Invalid login credentials' });
});

it('refuses what is not a request of its own', async () => {
  expect((await ask('/nowhere')).status).toBe(404);
  expect((await ask('/nowhere')).headers.get('content-type')).toContain('text/plain');
  expect((await ask('/token')).status).toBe(405);
  expect((await ask('/user')).status).toBe(401);
  expect(await (await ask('/user')).json()).toMatchObject({ error_code: 'no_authorization' });
  expect((await post('/token?grant_type=password', { email: 'x'.repeat(1_100_000) })).status).toBe(413);
  expect((await ask('/token?grant_type=password', { method: 'POST', body: '{' })).status).toBe(400);
  expect((await post('/token?grant_type=implicit', {})).status).toBe(400);
  const headers = { authorization: `Bearer ${server.secretKey}` };
  expect(await (await ask('/admin/users/not-an-id', { headers })).json()).toMatchObject({ error_code: 'validation_failed' });
  expect((await post('/admin/users', { email: 'long@example.org', password: 'ص'.repeat(40) }, headers)).status).toBe(400);
});

it('refuses what it has no place for, instead of seeming to take it', async () => {
  const headers = { authorization: `Bearer ${server.secretKey}` };
  const email = () => `${randomUUID()}@example.org`;
  for (const more of [{ id: randomUUID() }, { password_hash: 'x' }, { phone: '15551234567' }]) {
    const refused = await post('/admin/users', { email: email(), ...more }, headers);
    expect(await refused.json()).toMatchObject({ error_code: 'validation_failed' });
  }
  expect((await ask('/admin/users?filter=a', { headers })).status).toBe(400);
  const { data } = await clientOf(server.url, server.secretKey).auth.admin.createUser({ email: email() });
  const { error } = await clientOf(server.url, server.secretKey).auth.admin.deleteUser(data.user!.id, true);
  expect(error).toMatchObject({ status: 400 });
  expect((await clientOf(server.url, server.secretKey).auth.admin.getUserById(data.user!.id)).error).toBeNull();
});

it('mails one change of address at a time', async () => {
  const email = `${randomUUID()}@example.org`;
  await clientOf(server.url, server.secretKey).auth.admin.createUser({ email, password: PASSWORD, email_confirm: true });
  const client = visitor();
  await client.auth.signInWithPassword({ email, password: PASSWORD });
  expect((await client.auth.updateUser({ email: `${randomUUID()}@example.org` })).error).toBeNull();
  const { error } = await client.auth.updateUser({ email: `${randomUUID()}@example.org` });
  expect(error).toMatchObject({ status: 429, code: 'over_email_send_rate_limit' });
});

it('signs with a shared secret when it is given one, and then publishes no key', async () => {
  const shared = await identityServer(database, { AUTH_JWT_SECRET: 'a shared secret of at least 32 characters' });
  try {
    const email = `${randomUUID()}@example.org`;
    await clientOf(shared.url, shared.secretKey).auth.admin.createUser({ email, password: PASSWORD, email_confirm: true });
    const { data } = await clientOf(shared.url, shared.publishableKey).auth.signInWithPassword({ email, password: PASSWORD });
    expect(JSON.parse(Buffer.from(data.session!.access_token.split('.')[0]!, 'base64url').toString())).toEqual({
      alg: 'HS256',
      typ: 'JWT'
    });
    expect(await (await fetch(`${shared.url}/.well-known/jwks.json`)).json()).toEqual({ keys: [] });
    expect((await visitor().auth.getUser(data.session!.access_token)).error?.code).toBe('bad_jwt');
  } finally {
    await shared.close();
  }
});

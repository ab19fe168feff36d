import { randomBytes, randomUUID } from 'node:crypto';
import type { SupabaseClient } from '@supabase/supabase-js';
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { actorOfToken } from '#modules/identity/access-token.server.ts';
import { testDatabase, type TestDatabase } from '#tests/database.ts';
import { contract } from '#tests/support/contract.ts';
import { clientOf, codeOf, identityServer, steadyCodes, type IdentityServer } from '#tests/identity-server.ts';

type Server = Pick<IdentityServer, 'url' | 'publishableKey' | 'secretKey' | 'close'> & {
  /** How long a replaced refresh token is forgiven. */
  reuseSeconds: number;
  /** It signs with this (HS256); without one by a key that it publishes (ES256). */
  jwtSecret?: string;
};

/** Each adapter of the identity port, and how to reach it. A real server signs as it was set up: SUPABASE_JWT_SECRET says that it is by a secret. */
const ADAPTERS = [
  { name: 'embedded, ES256', open: () => openEmbedded() },
  { name: 'embedded, HS256', open: () => openEmbedded(randomBytes(32).toString('hex')) },
  { name: `supabase, ${process.env.SUPABASE_JWT_SECRET ? 'HS256' : 'ES256'}`, variable: 'SUPABASE_URL', open: openSupabase }
];

async function openEmbedded(jwtSecret?: string): Promise<Server> {
  const database: TestDatabase = await testDatabase();
  const server = await identityServer(database, { AUTH_REUSE_SECONDS: '1', ...(jwtSecret && { AUTH_JWT_SECRET: jwtSecret }) });
  return { ...server, ...(jwtSecret && { jwtSecret }), reuseSeconds: 1, close: async () => (await server.close(), database.close()) };
}

async function openSupabase(): Promise<Server> {
  const { SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY, SUPABASE_SECRET_KEY, SUPABASE_JWT_SECRET } = process.env;
  if (!SUPABASE_PUBLISHABLE_KEY || !SUPABASE_SECRET_KEY)
    throw new Error('SUPABASE_URL needs SUPABASE_PUBLISHABLE_KEY and SUPABASE_SECRET_KEY');
  return {
    url: SUPABASE_URL!,
    publishableKey: SUPABASE_PUBLISHABLE_KEY,
    secretKey: SUPABASE_SECRET_KEY,
    ...(SUPABASE_JWT_SECRET && { jwtSecret: SUPABASE_JWT_SECRET }),
    reuseSeconds: 10,
    close: async () => undefined
  };
}

const PASSWORD = 'a quiet morning by the sea';

contract<{ name: string; open: () => Promise<Server> }>('identity', ADAPTERS, ({ open }) => {
  let server: Server;
  let admin: SupabaseClient;
  beforeAll(async () => {
    server = await open();
    admin = clientOf(server.url, server.secretKey);
  });
  afterAll(() => server?.close());

  const reuseIsOver = (since: number) => vi.waitUntil(() => Date.now() > since + (server.reuseSeconds + 1) * 1000, { timeout: 60_000 });
  const visitor = () => clientOf(server.url, server.publishableKey);
  const address = () => `${randomUUID()}@example.org`;
  const environment = () => ({
    SUPABASE_URL: server.url,
    SUPABASE_PUBLISHABLE_KEY: server.publishableKey,
    ...(server.jwtSecret && { SUPABASE_JWT_SECRET: server.jwtSecret }),
    ORIGIN: 'http://localhost:8700'
  });

  async function account({ confirmed = true } = {}) {
    const email = address();
    const { data, error } = await admin.auth.admin.createUser({ email, password: PASSWORD, email_confirm: confirmed });
    expect(error).toBeNull();
    return { email, id: data.user!.id };
  }

  async function signedIn(who?: { email: string; id: string }) {
    const { email, id } = who ?? (await account());
    const client = visitor();
    const { data, error } = await client.auth.signInWithPassword({ email, password: PASSWORD });
    expect(error).toBeNull();
    return { email, id, client, session: data.session! };
  }

  async function enrolled() {
    const person = await signedIn();
    const { data: factor } = await person.client.auth.mfa.enroll({ factorType: 'totp', friendlyName: 'phone' });
    await steadyCodes();
    const { data, error } = await person.client.auth.mfa.challengeAndVerify({
      factorId: factor!.id,
      code: codeOf(factor!.totp.secret, -1)
    });
    expect(error).toBeNull();
    return { ...person, factorId: factor!.id, secret: factor!.totp.secret, raised: data! };
  }

  describe('sign-in', () => {
    it('gives a session whose token says who, how and at which level', async () => {
      const { email, id, session } = await signedIn();
      expect(session).toMatchObject({
        token_type: 'bearer',
        expires_in: 3600,
        user: { id, email, role: 'authenticated', aud: 'authenticated' }
      });
      expect(session.refresh_token).toHaveLength(12);
      const claims = decodeJwt(session.access_token);
      expect(claims).toMatchObject({
        sub: id,
        email,
        role: 'authenticated',
        aud: 'authenticated',
        aal: 'aal1',
        is_anonymous: false,
        session_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        amr: [{ method: 'password', timestamp: expect.any(Number) }],
        app_metadata: { provider: 'email', providers: ['email'] }
      });
      expect(claims.exp! - claims.iat!).toBe(3600);
    });

    it('signs by a key that the JWKS publishes, or by a secret of which it publishes nothing', async () => {
      const { id, session } = await signedIn();
      const jwks = new URL(`${server.url}/auth/v1/.well-known/jwks.json`);
      const header = decodeProtectedHeader(session.access_token);
      if (server.jwtSecret) {
        expect(header).toMatchObject({ alg: 'HS256' });
        expect(await (await fetch(jwks)).json()).toEqual({ keys: [] });
      } else {
        expect(header).toMatchObject({ alg: 'ES256', kid: expect.any(String) });
        await expect(jwtVerify(session.access_token, createRemoteJWKSet(jwks), { audience: 'authenticated' })).resolves.toBeTruthy();
      }
      // And the archive, told as much as its environment would tell it, knows the person.
      expect(await actorOfToken(environment(), session.access_token)).toMatchObject({ userId: id, aal: 'aal1' });
    });

    it('takes the address in any case and refuses alike a wrong password and an unknown address', async () => {
      const { email } = await account();
      const right = await visitor().auth.signInWithPassword({ email: email.toUpperCase(), password: PASSWORD });
      expect(right.error).toBeNull();
      const refusals = await Promise.all([
        visitor().auth.signInWithPassword({ email, password: 'another password entirely' }),
        visitor().auth.signInWithPassword({ email: address(), password: PASSWORD })
      ]);
      for (const { error } of refusals)
        expect(error).toMatchObject({ status: 400, code: 'invalid_credentials', message: 'Invalid login credentials' });
    });

    it('says that an address is not confirmed only to whoever knows the password', async () => {
      const { email } = await account({ confirmed: false });
      expect((await visitor().auth.signInWithPassword({ email, password: 'wrong' })).error?.code).toBe('invalid_credentials');
      expect((await visitor().auth.signInWithPassword({ email, password: PASSWORD })).error).toMatchObject({
        status: 400,
        code: 'email_not_confirmed'
      });
    });

    it('refuses whoever is banned, until the ban is lifted', async () => {
      const { email, id } = await account();
      const banned = await admin.auth.admin.updateUserById(id, { ban_duration: '24h' });
      expect(banned.error).toBeNull();
      expect((await visitor().auth.signInWithPassword({ email, password: PASSWORD })).error).toMatchObject({
        status: 400,
        code: 'user_banned'
      });
      await admin.auth.admin.updateUserById(id, { ban_duration: 'none' });
      expect((await visitor().auth.signInWithPassword({ email, password: PASSWORD })).error).toBeNull();
    });
  });

  describe('refresh', () => {
    it('rotates the token, and gives whoever lost the answer the same successor', async () => {
      const { session } = await signedIn();
      const first = await visitor().auth.refreshSession(session);
      expect(first.data.session!.refresh_token).not.toBe(session.refresh_token);
      const again = await visitor().auth.refreshSession(session);
      expect(again.data.session!.refresh_token).toBe(first.data.session!.refresh_token);
      expect(decodeJwt(again.data.session!.access_token).session_id).toBe(decodeJwt(session.access_token).session_id);
    });

    it('gives several at once one successor', async () => {
      const { session } = await signedIn();
      const all = await Promise.all(Array.from({ length: 5 }, () => visitor().auth.refreshSession(session)));
      expect(new Set(all.map(({ data }) => data.session!.refresh_token)).size).toBe(1);
    });

    it('refuses a token that nobody was given', async () => {
      const { error } = await visitor().auth.refreshSession({ refresh_token: 'abcdefghijkl' });
      expect(error).toMatchObject({ status: 400, code: 'refresh_token_not_found' });
    });

    it('ends the whole family when an old token comes back; the access token lives to its end', async () => {
      const { session } = await signedIn();
      const child = (await visitor().auth.refreshSession(session)).data.session!;
      const grandchild = (await visitor().auth.refreshSession(child)).data.session!;
      const replaced = Date.now();
      expect((await visitor().auth.refreshSession({ refresh_token: session.refresh_token })).error?.code ?? 'a branch').toBe('a branch');
      await reuseIsOver(replaced);
      // The branch made the first token a parent again; the second one has no such excuse.
      const stolen = await visitor().auth.refreshSession({ refresh_token: child.refresh_token });
      expect(stolen.error).toMatchObject({ status: 400, code: 'refresh_token_already_used' });
      // Supabase Auth counts the interval anew from the revocation.
      await reuseIsOver(Date.now());
      const { error } = await visitor().auth.refreshSession({ refresh_token: grandchild.refresh_token });
      expect(error).toMatchObject({ status: 400, code: 'refresh_token_already_used' });
      expect((await visitor().auth.getUser(grandchild.access_token)).error).toBeNull();
    });
  });

  describe('sign-out', () => {
    it.each([
      ['global', [false, false]],
      ['local', [false, true]],
      ['others', [true, false]]
    ] as const)('%s ends the sessions it names', async (scope, lives) => {
      const one = await signedIn();
      const two = await signedIn(one);
      expect((await one.client.auth.signOut({ scope })).error).toBeNull();
      for (const [n, { session }] of [one, two].entries()) {
        const { error } = await visitor().auth.getUser(session.access_token);
        if (lives[n]) expect(error).toBeNull();
        else {
          expect(error).toMatchObject({ name: 'AuthSessionMissingError' });
          expect((await visitor().auth.refreshSession(session)).error).toMatchObject({ status: 400, code: 'refresh_token_not_found' });
        }
      }
    });
  });

  describe('user', () => {
    it('is told to its own session only', async () => {
      const { client, id, email } = await signedIn();
      expect((await client.auth.getUser()).data.user).toMatchObject({
        id,
        email,
        identities: [{ provider: 'email', identity_data: { email } }]
      });
      expect((await visitor().auth.getUser('not a token')).error).toMatchObject({ status: 401, code: 'no_authorization' });
      expect((await visitor().auth.getUser('not-a-token')).error).toMatchObject({ status: 403, code: 'bad_jwt' });
      expect((await visitor().auth.getUser(server.publishableKey)).error).toMatchObject({ status: 403, code: 'bad_jwt' });
    });

    it('merges metadata', async () => {
      const { client } = await signedIn();
      await client.auth.updateUser({ data: { locale: 'ar', colour: 'green' } });
      const { data } = await client.auth.updateUser({ data: { colour: null, size: 3 } });
      expect(data.user!.user_metadata).toMatchObject({ locale: 'ar', size: 3 });
      expect(data.user!.user_metadata).not.toHaveProperty('colour');
    });

    it('changes its password, which ends its other sessions and not its own', async () => {
      const here = await signedIn();
      const there = await signedIn(here);
      expect((await here.client.auth.updateUser({ password: 'abc' })).error).toMatchObject({
        status: 422,
        name: 'AuthWeakPasswordError',
        reasons: ['length']
      });
      expect((await here.client.auth.updateUser({ password: PASSWORD })).error).toMatchObject({ status: 422, code: 'same_password' });
      expect((await here.client.auth.updateUser({ password: 'an evening in the hills' })).error).toBeNull();
      expect((await here.client.auth.getUser()).error).toBeNull();
      expect((await there.client.auth.getUser()).error).not.toBeNull();
      const { error } = await visitor().auth.signInWithPassword({ email: here.email, password: 'an evening in the hills' });
      expect(error).toBeNull();
    });
  });

  describe('second factor', () => {
    it('enrols an authenticator app, proven before it counts, and raises the session', async () => {
      const { client, session } = await signedIn();
      const { data: factor, error } = await client.auth.mfa.enroll({ factorType: 'totp', friendlyName: 'phone' });
      expect(error).toBeNull();
      expect(factor).toMatchObject({ type: 'totp', friendly_name: 'phone' });
      expect(factor!.totp.uri).toMatch(/^otpauth:\/\/totp\/.*secret=/);
      expect(factor!.totp.qr_code).toMatch(/^data:image\/svg\+xml;utf-8,<(\?xml|svg)/);
      expect((await client.auth.mfa.listFactors()).data).toMatchObject({ all: [{ id: factor!.id, status: 'unverified' }], totp: [] });
      expect((await client.auth.mfa.getAuthenticatorAssuranceLevel()).data).toMatchObject({ currentLevel: 'aal1', nextLevel: 'aal1' });

      const { data: challenge } = await client.auth.mfa.challenge({ factorId: factor!.id });
      const refused = await client.auth.mfa.verify({ factorId: factor!.id, challengeId: challenge!.id, code: '000000' });
      expect(refused.error).toMatchObject({ status: 422, code: 'mfa_verification_failed' });

      const verified = await client.auth.mfa.challengeAndVerify({ factorId: factor!.id, code: codeOf(factor!.totp.secret) });
      expect(verified.error).toBeNull();
      const claims = decodeJwt(verified.data!.access_token);
      expect(claims).toMatchObject({ aal: 'aal2', session_id: decodeJwt(session.access_token).session_id });
      // Newest first, by whole seconds: within one second the order means nothing.
      const amr = claims.amr as { method: string; timestamp: number }[];
      expect(amr.map(({ method }) => method).sort()).toEqual(['password', 'totp']);
      expect(amr[0]!.timestamp).toBeGreaterThanOrEqual(amr[1]!.timestamp);
      expect((await client.auth.mfa.listFactors()).data!.totp).toMatchObject([{ id: factor!.id, status: 'verified' }]);
    });

    it('keeps aal2 over a refresh', async () => {
      const { client } = await enrolled();
      const { data } = await client.auth.refreshSession();
      expect(decodeJwt(data.session!.access_token)).toMatchObject({ aal: 'aal2' });
    });

    it('asks at the next sign-in, and until then allows neither a new app, nor its removal, nor a new password', async () => {
      const person = await enrolled();
      const { client } = await signedIn(person);
      expect((await client.auth.mfa.getAuthenticatorAssuranceLevel()).data).toMatchObject({ currentLevel: 'aal1', nextLevel: 'aal2' });
      expect((await client.auth.mfa.enroll({ factorType: 'totp', friendlyName: 'other' })).error).toMatchObject({
        status: 403,
        code: 'insufficient_aal'
      });
      expect((await client.auth.mfa.unenroll({ factorId: person.factorId })).error).toMatchObject({
        status: 422,
        code: 'insufficient_aal'
      });
      expect((await client.auth.updateUser({ password: 'an evening in the hills' })).error).toMatchObject({
        status: 401,
        code: 'insufficient_aal'
      });
      expect((await client.auth.updateUser({ data: { locale: 'en' } })).error).toBeNull();
      expect((await client.auth.mfa.challengeAndVerify({ factorId: person.factorId, code: codeOf(person.secret, 0) })).error).toBeNull();
      expect((await client.auth.mfa.getAuthenticatorAssuranceLevel()).data).toMatchObject({ currentLevel: 'aal2' });
    });

    it('ends sessions that are proven less', async () => {
      const person = await signedIn();
      const other = await signedIn(person);
      const { data: factor } = await person.client.auth.mfa.enroll({ factorType: 'totp' });
      await person.client.auth.mfa.challengeAndVerify({ factorId: factor!.id, code: codeOf(factor!.totp.secret) });
      expect((await other.client.auth.getUser()).error).not.toBeNull();
    });

    it('refuses a name twice, an unknown app and an unknown challenge', async () => {
      const { client } = await signedIn();
      const { data: factor } = await client.auth.mfa.enroll({ factorType: 'totp', friendlyName: 'phone' });
      expect((await client.auth.mfa.enroll({ factorType: 'totp', friendlyName: 'phone' })).error).toMatchObject({
        status: 422,
        code: 'mfa_factor_name_conflict'
      });
      expect((await client.auth.mfa.challenge({ factorId: randomUUID() })).error).toMatchObject({
        status: 404,
        code: 'mfa_factor_not_found'
      });
      const unknown = await client.auth.mfa.verify({
        factorId: factor!.id,
        challengeId: randomUUID(),
        code: codeOf(factor!.totp.secret)
      });
      expect(unknown.error).toMatchObject({ status: 422, code: 'mfa_factor_not_found' });
    });

    it('can be removed at aal2, and the session falls back at its next refresh', async () => {
      const { client, factorId } = await enrolled();
      expect((await client.auth.mfa.unenroll({ factorId })).data).toEqual({ id: factorId });
      const { data } = await client.auth.refreshSession();
      expect(decodeJwt(data.session!.access_token)).toMatchObject({ aal: 'aal1', amr: [{ method: 'password' }] });
    });

    it('is taken away by an admin when the phone is lost', async () => {
      const { id, factorId } = await enrolled();
      const listed = await admin.auth.admin.mfa.listFactors({ userId: id });
      expect(listed.data!.factors).toMatchObject([{ id: factorId, status: 'verified' }]);
      expect((await admin.auth.admin.mfa.deleteFactor({ userId: id, id: factorId })).error).toBeNull();
      expect((await admin.auth.admin.mfa.listFactors({ userId: id })).data!.factors).toEqual([]);
    });
  });

  describe('links', () => {
    it('recovery signs in once, by a link that a newer one or its use ends', async () => {
      const { email } = await account();
      const make = async () => (await admin.auth.admin.generateLink({ type: 'recovery', email })).data.properties!;
      const older = await make();
      const link = await make();
      expect(link).toMatchObject({ verification_type: 'recovery', hashed_token: expect.stringMatching(/^[0-9a-f]{56}$/) });
      const follow = (token_hash: string, type: 'recovery' | 'invite') => visitor().auth.verifyOtp({ token_hash, type });

      expect((await follow(older.hashed_token, 'recovery')).error).toMatchObject({ status: 403, code: 'otp_expired' });
      expect((await follow(link.hashed_token, 'invite')).error).toMatchObject({ status: 403, code: 'otp_expired' });
      const { data, error } = await follow(link.hashed_token, 'recovery');
      expect(error).toBeNull();
      expect(decodeJwt(data.session!.access_token)).toMatchObject({ email, aal: 'aal1', amr: [{ method: 'otp' }] });
      expect((await follow(link.hashed_token, 'recovery')).error).toMatchObject({ status: 403, code: 'otp_expired' });
    });

    it('recovery answers alike for an unknown address, and 404 to an admin', async () => {
      expect((await visitor().auth.resetPasswordForEmail(address())).error).toBeNull();
      const { error } = await admin.auth.admin.generateLink({ type: 'recovery', email: address() });
      expect(error).toMatchObject({ status: 404, code: 'user_not_found' });
    });

    it('an invitation makes a user who can sign in after following it, and is not for who already came', async () => {
      const email = address();
      const link = (await admin.auth.admin.generateLink({ type: 'invite', email, options: { data: { locale: 'ar' } } })).data;
      expect(link.user).toMatchObject({ email, user_metadata: { locale: 'ar' }, invited_at: expect.any(String) });
      const client = visitor();
      const { data, error } = await client.auth.verifyOtp({ token_hash: link.properties!.hashed_token, type: 'invite' });
      expect(error).toBeNull();
      expect(data.user).toMatchObject({ email, email_confirmed_at: expect.any(String) });
      expect((await client.auth.updateUser({ password: PASSWORD })).error).toBeNull();
      expect((await visitor().auth.signInWithPassword({ email, password: PASSWORD })).error).toBeNull();
      expect((await admin.auth.admin.generateLink({ type: 'invite', email })).error).toMatchObject({ status: 422, code: 'email_exists' });
    });

    it('the link of Supabase Auth itself leads on with the session behind the #', async () => {
      const { email } = await account();
      const { hashed_token } = (await admin.auth.admin.generateLink({ type: 'recovery', email })).data.properties!;
      const follow = () => fetch(`${server.url}/auth/v1/verify?token=${hashed_token}&type=recovery`, { redirect: 'manual' });
      const first = await follow();
      expect(first.status).toBe(303);
      expect(new URLSearchParams(new URL(first.headers.get('location')!).hash.slice(1)).get('access_token')).toBeTruthy();
      const second = await follow();
      expect(new URLSearchParams(new URL(second.headers.get('location')!).hash.slice(1)).get('error_code')).toBe('otp_expired');
    });
  });

  describe('requests', () => {
    type Refusal = [what: string, method: string, path: string, by: 'nobody' | 'somebody' | 'admin', body: unknown, refused: string];
    const LONG = { email: `${'x'.repeat(1_100_000)}@example.org` };
    it.each<Refusal>([
      ['no password', 'POST', '/token?grant_type=password', 'nobody', { email: 'a@example.org' }, '400 invalid_credentials'],
      ['no refresh token', 'POST', '/token?grant_type=refresh_token', 'nobody', {}, '400 validation_failed'],
      ['an unknown grant', 'POST', '/token?grant_type=implicit', 'nobody', {}, '400 invalid_credentials'],
      ['half a body', 'POST', '/token?grant_type=password', 'nobody', '{', '400 bad_json'],
      ['a body of more than a mebibyte', 'POST', '/token?grant_type=password', 'nobody', LONG, '413 '],
      ['nobody’s account', 'GET', '/user', 'nobody', undefined, '401 no_authorization'],
      ['what only an admin may change', 'PUT', '/user', 'somebody', { app_metadata: { team: 'east' } }, '403 not_admin'],
      ['no address', 'PUT', '/user', 'somebody', { email: 'nowhere' }, '400 validation_failed'],
      ['a password of 73 bytes', 'PUT', '/user', 'somebody', { password: 'x'.repeat(73) }, '400 validation_failed'],
      ['an unknown scope', 'POST', '/logout?scope=some', 'somebody', {}, '400 validation_failed'],
      ['an app of no kind', 'POST', '/factors', 'somebody', {}, '400 validation_failed'],
      ['a link of no kind', 'POST', '/verify', 'nobody', { token_hash: 'ab'.repeat(28) }, '400 validation_failed'],
      ['a link of no kind, followed', 'GET', '/verify?token=abc', 'nobody', undefined, '400 validation_failed'],
      ['recovery of nothing', 'POST', '/recover', 'nobody', {}, '400 validation_failed'],
      ['what is no id', 'GET', '/admin/users/somebody', 'admin', undefined, '404 validation_failed'],
      ['a user without an address', 'POST', '/admin/users', 'admin', { password: PASSWORD }, '400 validation_failed'],
      ['an endless ban', 'POST', '/admin/users', 'admin', { email: 'b@example.org', ban_duration: 'ever' }, '400 validation_failed'],
      [
        'a link of an unknown kind',
        'POST',
        '/admin/generate_link',
        'admin',
        { type: 'x', email: 'a@example.org' },
        '400 validation_failed'
      ],
      ['an unknown path', 'GET', '/nowhere', 'nobody', undefined, '404 '],
      ['the wrong method', 'DELETE', '/token', 'nobody', undefined, '405 ']
    ])('are refused with the same status and code: %s', async (_what, method, path, by, body, refused) => {
      const tokens = {
        nobody: async () => null,
        admin: async () => server.secretKey,
        somebody: async () => (await signedIn()).session.access_token
      };
      const token = await tokens[by]();
      const response = await fetch(`${server.url}/auth/v1${path}`, {
        method,
        redirect: 'manual',
        headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) })
      });
      const text = await response.text();
      const { error_code: code = '' } = text.startsWith('{') ? (JSON.parse(text) as { error_code?: string }) : {};
      // A body that was not read to its end, a path and a method have no code that anybody looks at.
      expect(`${response.status} ${refused.endsWith(' ') ? '' : code}`).toBe(refused);
    });

    it('are refused in the words of the API version that they name', async () => {
      const ask = (headers: Record<string, string>) => fetch(`${server.url}/auth/v1/user`, { headers });
      expect(await (await ask({})).json()).toMatchObject({ code: 401, error_code: 'no_authorization', msg: expect.any(String) });
      const named = await ask({ 'x-supabase-api-version': '2024-01-01' });
      expect(named.headers.get('x-supabase-api-version')).toBe('2024-01-01');
      expect(await named.json()).toEqual({ code: 'no_authorization', message: expect.any(String) });
    });
  });

  describe('admin', () => {
    it('is the secret key and nobody else', async () => {
      const { session } = await signedIn();
      const { error } = await clientOf(server.url, server.publishableKey).auth.admin.listUsers();
      expect(error).toMatchObject({ status: 403, code: 'not_admin' });
      const asUser = await fetch(`${server.url}/auth/v1/admin/users`, {
        headers: { authorization: `Bearer ${session.access_token}`, apikey: server.publishableKey }
      });
      expect(asUser.status).toBe(403);
    });

    it('creates, gets, changes and deletes a user', async () => {
      const { id, email } = await account();
      expect((await admin.auth.admin.createUser({ email, password: PASSWORD })).error).toMatchObject({
        status: 422,
        code: 'email_exists'
      });
      expect((await admin.auth.admin.getUserById(id)).data.user).toMatchObject({ id, email });

      const changed = await admin.auth.admin.updateUserById(id, { user_metadata: { a: 1, b: 2 }, app_metadata: { team: 'east' } });
      expect(changed.data.user).toMatchObject({ user_metadata: { a: 1, b: 2 }, app_metadata: { provider: 'email', team: 'east' } });
      const merged = await admin.auth.admin.updateUserById(id, { user_metadata: { a: null, c: 3 } });
      expect(merged.data.user!.user_metadata).toMatchObject({ b: 2, c: 3 });
      expect(merged.data.user!.user_metadata).not.toHaveProperty('a');
      expect((await admin.auth.admin.updateUserById(id, { password: 'abc' })).error).toMatchObject({
        status: 422,
        name: 'AuthWeakPasswordError'
      });

      expect((await admin.auth.admin.deleteUser(id)).error).toBeNull();
      expect((await admin.auth.admin.getUserById(id)).error).toMatchObject({ status: 404, code: 'user_not_found' });
      expect((await visitor().auth.signInWithPassword({ email, password: PASSWORD })).error?.code).toBe('invalid_credentials');
    });

    it('ends all sessions of whose password it changes', async () => {
      const { id, client } = await signedIn();
      expect((await admin.auth.admin.updateUserById(id, { password: 'an evening in the hills' })).error).toBeNull();
      expect((await client.auth.getUser()).error).not.toBeNull();
    });

    it('lists users in pages, newest first', async () => {
      const made = [await account(), await account(), await account()];
      const { data } = await admin.auth.admin.listUsers({ page: 1, perPage: 2 });
      expect(data.users.map((user) => user.id)).toEqual([made[2]!.id, made[1]!.id]);
      expect(data).toMatchObject({ nextPage: 2, aud: 'authenticated' });
      for (const user of data.users) expect(user.factors, 'a list does not say who has an app').toBeUndefined();
      expect('total' in data && data.total).toBeGreaterThanOrEqual(3);
    });

    it('signs somebody out by their token', async () => {
      const { session } = await signedIn();
      expect((await admin.auth.admin.signOut(session.access_token, 'global')).error).toBeNull();
      expect((await visitor().auth.getUser(session.access_token)).error).not.toBeNull();
    });
  });
});

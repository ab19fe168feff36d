import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT, type JWK, type JWTPayload } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '#tests/database.ts';
import { clientOf, identityServer } from '#tests/identity-server.ts';
import { actorOfToken } from './access-token.server.ts';
import type { IdentityEnv } from './identity-client.server.ts';

const SECRET = randomBytes(32).toString('hex');
const HMAC = new TextEncoder().encode(SECRET);

const elliptic = await generateKeyPair('ES256', { extractable: true });
const published: JWK = { ...(await exportJWK(elliptic.publicKey)), kid: 'one', alg: 'ES256', use: 'sig' };

const sub = randomUUID();
const sessionId = randomUUID();
const CLAIMS = { sub, session_id: sessionId, aal: 'aal2', role: 'authenticated', aud: 'authenticated' };

const signed = (alg: string, key: Parameters<SignJWT['sign']>[0], claims: JWTPayload = {}, life = '1h') =>
  new SignJWT({ ...CLAIMS, ...claims }).setProtectedHeader({ alg, kid: 'one' }).setIssuedAt().setExpirationTime(life).sign(key);

/** A server that publishes `jwks` and knows no session. */
async function publisher(jwks: { keys: JWK[] }): Promise<{ env: IdentityEnv; server: Server }> {
  const server = createServer(({ url }, response) => {
    const found = url === '/auth/v1/.well-known/jwks.json';
    response.writeHead(found ? 200 : 403, { 'content-type': 'application/json' });
    response.end(JSON.stringify(found ? jwks : { code: 403, error_code: 'bad_jwt', msg: 'invalid JWT' }));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  return {
    server,
    env: {
      SUPABASE_URL: `http://127.0.0.1:${port}`,
      SUPABASE_PUBLISHABLE_KEY: 'the publishable key of it',
      ORIGIN: 'http://localhost:8700'
    }
  };
}

describe('R36 a token of a server that publishes its keys', () => {
  let env: IdentityEnv;
  let server: Server;
  beforeAll(async () => ({ env, server } = await publisher({ keys: [published] })));
  afterAll(() => void server.close());

  it('counts when one of them signed it', async () => {
    expect(await actorOfToken(env, await signed('ES256', elliptic.privateKey))).toMatchObject({
      userId: sub,
      sessionId,
      aal: 'aal2',
      roles: []
    });
  });

  it('is refused when the published key itself was used as a shared secret, in whatever form', async () => {
    const { x, y } = published;
    for (const form of [
      await exportSPKI(elliptic.publicKey),
      JSON.stringify(published),
      JSON.stringify({ keys: [published] }),
      Buffer.from(x! + y!, 'base64url').toString('latin1'),
      x!
    ]) {
      for (const alg of ['HS256', 'HS384', 'HS512']) {
        const key = new TextEncoder().encode(form);
        expect(await actorOfToken(env, await signed(alg, key)), `${alg} by ${form.slice(0, 20)}`).toBeNull();
      }
    }
  });

  it('is refused unsigned, signed by another key, expired, for another audience, and as a key of the project', async () => {
    const stranger = await generateKeyPair('ES256');
    for (const token of [
      new UnsecuredJWT(CLAIMS).setIssuedAt().setExpirationTime('1h').encode(),
      await signed('ES256', stranger.privateKey),
      await signed('ES256', elliptic.privateKey, {}, '-1s'),
      await signed('ES256', elliptic.privateKey, { aud: 'somebody-else' }),
      await signed('ES256', elliptic.privateKey, { role: 'service_role' }),
      await signed('ES256', elliptic.privateKey, { sub: undefined })
    ]) {
      expect(await actorOfToken(env, token)).toBeNull();
    }
  });
});

describe('R36 a token of a server with a shared secret', () => {
  let env: IdentityEnv;
  let server: Server;
  beforeAll(async () => {
    // It publishes a key as well, as one does that is being moved to them: what is configured decides.
    const moving = await publisher({ keys: [published] });
    ({ server } = moving);
    env = { ...moving.env, SUPABASE_JWT_SECRET: SECRET };
  });
  afterAll(() => void server.close());

  it('counts when the secret signed it', async () => {
    expect(await actorOfToken(env, await signed('HS256', HMAC))).toMatchObject({ userId: sub, sessionId, aal: 'aal2' });
  });

  it('is refused with another algorithm, another secret, none, expired, for another audience, and as a key of the project', async () => {
    for (const token of [
      await signed('ES256', elliptic.privateKey),
      await signed('HS512', HMAC),
      await signed('HS256', new TextEncoder().encode(`${SECRET}0`)),
      new UnsecuredJWT(CLAIMS).setIssuedAt().setExpirationTime('1h').encode(),
      await signed('HS256', HMAC, {}, '-1s'),
      await signed('HS256', HMAC, { aud: 'somebody-else' }),
      await signed('HS256', HMAC, { role: 'service_role' })
    ]) {
      expect(await actorOfToken(env, token)).toBeNull();
    }
  });
});

describe('R36 where the secret was not told to the archive', () => {
  it('asks the server itself: a living session counts, an ended or forged one does not', async () => {
    const database = await testDatabase();
    const real = await identityServer(database, { AUTH_JWT_SECRET: SECRET });
    const env = { SUPABASE_URL: real.url, SUPABASE_PUBLISHABLE_KEY: real.publishableKey, ORIGIN: 'http://localhost:8700' };
    const email = `${randomUUID()}@example.org`;
    const password = 'a quiet morning by the sea';
    const { data } = await clientOf(real.url, real.secretKey).auth.admin.createUser({ email, password, email_confirm: true });
    const client = clientOf(real.url, real.publishableKey);
    const { access_token: token } = (await client.auth.signInWithPassword({ email, password })).data.session!;

    expect(await actorOfToken(env, token)).toMatchObject({ userId: data.user!.id, aal: 'aal1' });
    expect(await actorOfToken({ ...env, SUPABASE_JWT_SECRET: SECRET }, token)).toMatchObject({ userId: data.user!.id });
    expect(await actorOfToken(env, await signed('HS256', randomBytes(32)))).toBeNull();
    await client.auth.signOut();
    expect(await actorOfToken(env, token)).toBeNull();

    await real.close();
    await expect(actorOfToken(env, token)).rejects.toMatchObject({ code: 'identity_down' });
    await database.close();
  });
});

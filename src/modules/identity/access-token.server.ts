import { createRemoteJWKSet, decodeJwt, errors, jwtVerify, type JWTPayload } from 'jose';
import * as v from 'valibot';
import type { Account } from '#platform/actor.ts';
import { DomainError } from '#platform/errors.ts';
import { idOf, type AccountId, type SessionId } from '#platform/ids.ts';
import { identityVisitor, type IdentityEnv } from './identity-client.server.ts';

/** What of an access token the archive relies on. */
const Claims = v.looseObject({
  sub: idOf<AccountId>(),
  session_id: idOf<SessionId>(),
  aal: v.picklist(['aal1', 'aal2']),
  role: v.literal('authenticated')
});

/** The signatures that a published key can check. A shared secret is none of them: whoever reads the JWKS could sign with it. */
const BY_PUBLIC_KEY = ['ES256', 'RS256', 'EdDSA'];
const AUDIENCE = 'authenticated';

type PublicKeys = ReturnType<typeof createRemoteJWKSet>;

/** Public keys by server: fetched once, again when a token names an unknown one. Nothing of a person. */
const keys = new Map<string, PublicKeys>();

/**
 * The person behind an access token, before the database was asked who they are: no name, no roles, not at the desk.
 *
 * Which signature counts is settled by the settings, never by the token: HS256 where SUPABASE_JWT_SECRET is set, else one of the
 * keys that the server publishes, and where it publishes none (a shared secret that was not told to us) the server's own word.
 *
 * @returns null for a token that is not valid or not (any longer) one of ours
 * @throws DomainError `identity_down` when nobody can say
 */
export async function actorOfToken(env: IdentityEnv, token: string): Promise<Account | null> {
  const payload = await (env.SUPABASE_JWT_SECRET ? verifiedBySecret(env.SUPABASE_JWT_SECRET, token) : verifiedByPublicKey(env, token));
  const claims = v.safeParse(Claims, payload);
  if (!claims.success) return null;
  const { sub: userId, session_id: sessionId, aal } = claims.output;
  return { kind: 'account', userId, sessionId, aal, atDesk: false, displayName: '', roles: [], claims: claims.output };
}

async function verifiedBySecret(secret: string, token: string): Promise<JWTPayload | null> {
  try {
    return (await jwtVerify(token, new TextEncoder().encode(secret), { audience: AUDIENCE, algorithms: ['HS256'] })).payload;
  } catch (error) {
    if (error instanceof errors.JOSEError) return null;
    throw error;
  }
}

async function verifiedByPublicKey(env: IdentityEnv, token: string): Promise<JWTPayload | null> {
  const known = publicKeysOf(env);
  try {
    return (await jwtVerify(token, known, { audience: AUDIENCE, algorithms: BY_PUBLIC_KEY })).payload;
  } catch (error) {
    if (error instanceof errors.JOSEAlgNotAllowed) return (await publishesNone(known)) ? verifiedByServer(env, token) : null;
    throwIfUnreachable(error);
    return null;
  }
}

function publicKeysOf({ SUPABASE_URL }: IdentityEnv): PublicKeys {
  const address = `${SUPABASE_URL}/auth/v1/.well-known/jwks.json`;
  const known = keys.get(address) ?? createRemoteJWKSet(new URL(address), { timeoutDuration: 3_000 });
  keys.set(address, known);
  return known;
}

async function publishesNone(known: PublicKeys): Promise<boolean> {
  try {
    if (!known.jwks()?.keys.length) await known.reload();
  } catch (error) {
    throwIfUnreachable(error);
  }
  return !known.jwks()?.keys.length;
}

/** What jose throws when it got no keys, or not in time; everything else it throws is about the token. */
function throwIfUnreachable(error: unknown): void {
  if (error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError) || error.code === 'ERR_JOSE_GENERIC') {
    throw new DomainError('identity_down');
  }
}

/** The server checks the signature and that the session lives on. */
async function verifiedByServer(env: IdentityEnv, token: string): Promise<JWTPayload | null> {
  const { error } = await identityVisitor(env).auth.getUser(token);
  if (error && (error.name === 'AuthRetryableFetchError' || (error.status ?? 0) >= 500)) throw new DomainError('identity_down');
  return error ? null : decodeJwt(token);
}

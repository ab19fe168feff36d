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

/** Public keys by server: fetched once, again when a token names an unknown one. Nothing of a person. */
const keys = new Map<string, ReturnType<typeof createRemoteJWKSet>>();

/**
 * The person behind an access token, before the database was asked who they are: no name, no roles, not at the desk.
 * @returns null for a token that is not valid or not (any longer) one of ours
 * @throws DomainError `identity_down` when its keys cannot be had
 */
export async function actorOfToken(env: IdentityEnv, token: string): Promise<Account | null> {
  const payload = await verified(env, token);
  const claims = v.safeParse(Claims, payload);
  if (!claims.success) return null;
  const { sub: userId, session_id: sessionId, aal } = claims.output;
  return { kind: 'account', userId, sessionId, aal, atDesk: false, displayName: '', roles: [], claims: claims.output };
}

async function verified(env: IdentityEnv, token: string): Promise<JWTPayload | null> {
  const address = `${env.SUPABASE_URL}/auth/v1/.well-known/jwks.json`;
  const known = keys.get(address) ?? createRemoteJWKSet(new URL(address), { timeoutDuration: 3_000 });
  keys.set(address, known);
  try {
    return (await jwtVerify(token, known, { audience: 'authenticated', algorithms: ['ES256', 'RS256', 'EdDSA'] })).payload;
  } catch (error) {
    if (error instanceof errors.JOSEAlgNotAllowed) return verifiedByServer(env, token);
    if (error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError) || error.code === 'ERR_JOSE_GENERIC') {
      throw new DomainError('identity_down');
    }
    return null;
  }
}

/** Older Supabase projects sign with a shared secret, which only the server can check. */
async function verifiedByServer(env: IdentityEnv, token: string): Promise<JWTPayload | null> {
  const { error } = await identityVisitor(env).auth.getUser(token);
  return error ? null : decodeJwt(token);
}

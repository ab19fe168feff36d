import { createHmac, randomUUID } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import type { AuthDeps, Tx } from './deps.ts';
import { badJwt } from './errors.ts';
import type { Keys } from './keys.ts';
import type { User } from './users.ts';

export type Aal = 'aal1' | 'aal2';
export type Amr = { method: string; timestamp: number };

/** What an access token says, as far as the server reads it back. */
export type Claims = { sub?: string; role?: string; session_id?: string; aal?: Aal };

/** An access token for a session: aal and amr are the session's own, newest proof first. */
export async function accessToken(
  { keys, settings }: Pick<AuthDeps, 'keys' | 'settings'>,
  user: User,
  session: { id: string; aal: Aal; amr: Amr[] }
): Promise<{ token: string; expiresAt: number }> {
  const issuedAt = Math.floor(Date.now() / 1000);
  const expiresAt = issuedAt + settings.life.accessToken;
  const token = await new SignJWT({
    aud: user.aud,
    role: user.role,
    email: user.email,
    phone: '',
    app_metadata: user.raw_app_meta_data,
    user_metadata: user.raw_user_meta_data,
    aal: session.aal,
    amr: session.amr,
    session_id: session.id,
    is_anonymous: false
  })
    .setProtectedHeader({ alg: keys.algorithm, typ: 'JWT', ...(keys.kid && { kid: keys.kid }) })
    .setSubject(user.id)
    .setIssuer(`${settings.siteUrl}/auth/v1`)
    .setIssuedAt(issuedAt)
    .setExpirationTime(expiresAt)
    .sign(keys.signing);
  return { token, expiresAt };
}

/** @throws AuthError 403 `bad_jwt` */
export async function verifyToken(keys: Keys, token: string): Promise<Claims> {
  try {
    const { payload } = await jwtVerify<Claims>(token, keys.verifying, { algorithms: [keys.algorithm] });
    return payload;
  } catch (error) {
    throw badJwt(
      error instanceof errors.JWTExpired ? 'unable to parse or verify signature, token is expired' : 'unable to parse or verify signature'
    );
  }
}

type RefreshRow = { id: string; session_id: string; parent: string | null; revoked: boolean; updated_at: Date };

/**
 * A refresh token is made from its row's id with a key outside the database: whoever reads the table cannot refresh, and the
 * server can say the same token again to whoever lost the answer.
 */
export function refreshTokenOf(keys: Keys, id: string): string {
  return createHmac('sha256', keys.derive('refresh token'))
    .update(id)
    .digest('base64')
    .replace(/[^A-Za-z0-9]/g, '')
    .slice(0, 12);
}

const hashOf = (keys: Keys, token: string) => createHmac('sha256', keys.derive('refresh token hash')).update(token).digest();

export async function insertRefreshToken(tx: Tx, keys: Keys, sessionId: string, parent: string | null): Promise<string> {
  const id = randomUUID();
  const token = refreshTokenOf(keys, id);
  await tx.query(
    `insert into auth.refresh_tokens (id, token_hash, session_id, parent, created_at, updated_at)
     values ($1, $2, $3, $4, clock_timestamp(), clock_timestamp())`,
    [id, hashOf(keys, token), sessionId, parent]
  );
  return token;
}

/** Ends the session's newest token and begins its successor. */
export async function swapNewestToken(tx: Tx, keys: Keys, sessionId: string): Promise<string> {
  const newest = await newestToken(tx, sessionId);
  if (newest) await revoke(tx, newest.id);
  return insertRefreshToken(tx, keys, sessionId, newest?.id ?? null);
}

export async function findRefreshToken(tx: Tx, keys: Keys, token: string): Promise<RefreshRow | null> {
  const { rows } = await tx.query<RefreshRow>(
    'select id, session_id, parent, revoked, updated_at from auth.refresh_tokens where token_hash = $1',
    [hashOf(keys, token)]
  );
  return rows[0] ?? null;
}

/** The token that would be used next; null when the family is revoked. */
export async function newestToken(tx: Tx, sessionId: string): Promise<RefreshRow | null> {
  const { rows } = await tx.query<RefreshRow>(
    `select id, session_id, parent, revoked, updated_at from auth.refresh_tokens
     where session_id = $1 and not revoked order by created_at desc limit 1`,
    [sessionId]
  );
  return rows[0] ?? null;
}

export async function revoke(tx: Tx, id: string): Promise<void> {
  await tx.query('update auth.refresh_tokens set revoked = true, updated_at = clock_timestamp() where id = $1 and not revoked', [id]);
}

export async function revokeFamily(tx: Tx, sessionId: string): Promise<void> {
  await tx.query('update auth.refresh_tokens set revoked = true, updated_at = clock_timestamp() where session_id = $1 and not revoked', [
    sessionId
  ]);
}

import { randomUUID } from 'node:crypto';
import type { AuthDeps, Tx } from './deps.ts';
import { AuthError, badJwt } from './errors.ts';
import type { AuthRequest } from './http.ts';
import { accessToken, insertRefreshToken, verifyToken, type Aal, type Amr, type Claims } from './tokens.ts';
import { findUser, updateUser, userJson, type User } from './users.ts';

export type SessionRow = { id: string; user_id: string; aal: Aal; factor_id: string | null; not_after: Date | null };

/** Who sent the request: a person with a live session. */
export type Caller = { user: User; session: SessionRow };

/** The claims of the request's bearer token. @throws AuthError 401 `no_authorization`, 403 `bad_jwt` */
export async function bearerClaims({ keys }: Pick<AuthDeps, 'keys'>, { headers }: Pick<AuthRequest, 'headers'>): Promise<Claims> {
  const token = /^bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (!token) throw new AuthError(401, 'no_authorization', 'This endpoint requires a valid Bearer token');
  return verifyToken(keys, token);
}

/** @throws AuthError as bearerClaims, and 403 `user_not_found`, `session_not_found` */
export async function requireCaller(deps: AuthDeps, request: AuthRequest): Promise<Caller> {
  const claims = await bearerClaims(deps, request);
  if (!claims.sub || !claims.session_id) throw badJwt('missing sub claim');
  const user = await findUser(deps.db, { id: claims.sub });
  if (!user) throw new AuthError(403, 'user_not_found', 'User from sub claim in JWT does not exist');
  const { rows } = await deps.db.query<SessionRow>('select * from auth.sessions where id = $1 and user_id = $2', [
    claims.session_id,
    user.id
  ]);
  if (!rows[0]) throw new AuthError(403, 'session_not_found', 'Session from session_id claim in JWT does not exist');
  return { user, session: rows[0] };
}

/** The service key. @throws AuthError as bearerClaims, and 403 `not_admin` */
export async function requireAdmin(deps: AuthDeps, request: AuthRequest): Promise<void> {
  const claims = await bearerClaims(deps, request);
  if (claims.role !== 'service_role') throw new AuthError(403, 'not_admin', 'User not allowed');
}

/** Signs a user in: a new session, proven by `method`. @returns the answer's body */
export async function beginSession(deps: AuthDeps, tx: Tx, user: User, method: 'password' | 'otp'): Promise<Record<string, unknown>> {
  const id = randomUUID();
  await tx.query('insert into auth.sessions (id, user_id) values ($1, $2)', [id, user.id]);
  await noteProof(tx, id, method);
  const signedIn = await updateUser(tx, user.id, { last_sign_in_at: new Date() });
  return sessionJson(deps, tx, signedIn, id, await insertRefreshToken(tx, deps.keys, id, null));
}

/** Notes that the session was proven in this way just now. */
export async function noteProof(tx: Tx, sessionId: string, method: string): Promise<void> {
  await tx.query(
    `insert into auth.mfa_amr_claims (session_id, authentication_method) values ($1, $2)
     on conflict (session_id, authentication_method) do update set updated_at = clock_timestamp()`,
    [sessionId, method]
  );
}

/** The body that answers every sign-in: a fresh access token for the session as it is now. */
export async function sessionJson(
  deps: AuthDeps,
  tx: Tx,
  user: User,
  sessionId: string,
  refreshToken: string
): Promise<Record<string, unknown>> {
  const session = await readSession(tx, sessionId);
  const { token, expiresAt } = await accessToken(deps, user, session);
  return {
    access_token: token,
    token_type: 'bearer',
    expires_in: deps.settings.life.accessToken,
    expires_at: expiresAt,
    refresh_token: refreshToken,
    user: await userJson(tx, user)
  };
}

async function readSession(tx: Tx, id: string): Promise<{ id: string; aal: Aal; amr: Amr[] }> {
  const { rows } = await tx.query<{ aal: Aal }>('select aal from auth.sessions where id = $1', [id]);
  const proofs = await tx.query<{ method: string; at: Date }>(
    'select authentication_method as method, updated_at as at from auth.mfa_amr_claims where session_id = $1 order by updated_at desc',
    [id]
  );
  return { id, aal: rows[0]!.aal, amr: proofs.rows.map(({ method, at }) => ({ method, timestamp: Math.floor(at.getTime() / 1000) })) };
}

/** Ends sessions of a user: all, all but one, or one. */
export async function endSessions(tx: Tx | AuthDeps['db'], userId: string, which: { but?: string; only?: string } = {}): Promise<void> {
  await tx.query(`delete from auth.sessions where user_id = $1 and ($2::uuid is null or id <> $2) and ($3::uuid is null or id = $3)`, [
    userId,
    which.but ?? null,
    which.only ?? null
  ]);
}

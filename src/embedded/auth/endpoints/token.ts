import * as v from 'valibot';
import { transaction, type AuthDeps, type Tx } from '../deps.ts';
import { AuthError, invalidCredentials, userBanned } from '../errors.ts';
import { parseBody, type AuthRequest, type Reply, type Route } from '../http.ts';
import { checkBytes, isShort, passwordMatches } from '../passwords.ts';
import { PASSWORDS } from '../rate-limits.ts';
import { beginSession, sessionJson, type SessionRow } from '../sessions.ts';
import { findRefreshToken, insertRefreshToken, newestToken, refreshTokenOf, revoke, revokeFamily } from '../tokens.ts';
import { findUser, isBanned, type User } from '../users.ts';

// No password is a wrong one.
const PasswordGrant = v.object({ email: v.string(), password: v.optional(v.string(), '') });
const RefreshGrant = v.object({ refresh_token: v.pipe(v.string(), v.minLength(1)) });

/** POST /token: a password or a refresh token for a session. */
export const tokenRoutes: Route<AuthDeps>[] = [
  {
    method: 'POST',
    path: '/token',
    limited: true,
    handle(deps, request) {
      switch (request.query.get('grant_type')) {
        case 'password':
          return signIn(deps, request);
        case 'refresh_token':
          return refresh(deps, request);
        default:
          throw new AuthError(400, 'invalid_credentials', 'unsupported_grant_type');
      }
    }
  }
];

async function signIn(deps: AuthDeps, request: AuthRequest): Promise<Reply> {
  const { email, password } = parseBody(PasswordGrant, request.body);
  deps.limits.spend('password', email.toLowerCase(), PASSWORDS);
  checkBytes(password);
  const user = await findUser(deps.db, { email });
  const right = await passwordMatches(user?.encrypted_password ?? null, password);
  if (user && isBanned(user)) throw userBanned();
  if (!user || !right) throw invalidCredentials();
  if (!user.email_confirmed_at) throw new AuthError(400, 'email_not_confirmed', 'Email not confirmed');

  const body = await transaction(deps.db, (tx) => beginSession(deps, tx, user, 'password'));
  if (!isShort(password, deps.settings.passwordLength)) return { status: 200, body };
  const message = `Password should be at least ${deps.settings.passwordLength} characters.`;
  return { status: 200, body: { ...body, weak_password: { message, reasons: ['length'] } } };
}

async function refresh(deps: AuthDeps, request: AuthRequest): Promise<Reply> {
  const given = parseBody(RefreshGrant, request.body).refresh_token;
  const outcome = await transaction(deps.db, (tx) => exchange(deps, tx, given));
  // Thrown only now: the revocation of a stolen family must not be undone with the transaction.
  if (outcome instanceof AuthError) throw outcome;
  return { status: 200, body: outcome };
}

/**
 * Active token: its successor. Parent of the active one (whoever lost the answer asks again): the same successor. Older but
 * just replaced: a branch. Older than that: it was stolen, or its thief was first; the family ends.
 */
async function exchange(deps: AuthDeps, tx: Tx, given: string): Promise<Record<string, unknown> | AuthError> {
  const { keys, settings } = deps;
  const known = await findRefreshToken(tx, keys, given);
  if (!known) throw new AuthError(400, 'refresh_token_not_found', 'Invalid Refresh Token: Refresh Token Not Found');
  const user = await lockOwner(tx, known.session_id);

  // Read again: whoever held the lock before us may have used it.
  const token = (await findRefreshToken(tx, keys, given))!;
  const newest = await newestToken(tx, token.session_id);
  let successor: string;
  if (!token.revoked) {
    await revoke(tx, token.id);
    successor = await insertRefreshToken(tx, keys, token.session_id, token.id);
  } else if (newest?.parent === token.id) {
    successor = refreshTokenOf(keys, newest.id);
  } else if (newest && Date.now() - token.updated_at.getTime() < settings.life.reuse * 1000) {
    successor = await insertRefreshToken(tx, keys, token.session_id, token.id);
  } else {
    await revokeFamily(tx, token.session_id);
    return new AuthError(400, 'refresh_token_already_used', 'Invalid Refresh Token: Already Used');
  }
  await tx.query('update auth.sessions set refreshed_at = now(), updated_at = now() where id = $1', [token.session_id]);
  return sessionJson(deps, tx, user, token.session_id, successor);
}

/** The session is locked, so that refreshes with one token at once come one after the other. */
async function lockOwner(tx: Tx, sessionId: string): Promise<User> {
  const { rows } = await tx.query<SessionRow>('select * from auth.sessions where id = $1 for update', [sessionId]);
  const session = rows[0];
  if (!session) throw new AuthError(400, 'refresh_token_not_found', 'Invalid Refresh Token: Refresh Token Not Found');
  if (session.not_after && session.not_after < new Date())
    throw new AuthError(400, 'session_expired', 'Invalid Refresh Token: Session Expired');
  const user = await findUser(tx, { id: session.user_id });
  if (isBanned(user!)) throw userBanned();
  return user!;
}

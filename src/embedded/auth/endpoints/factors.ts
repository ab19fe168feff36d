import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import { transaction, type AuthDeps, type Tx } from '../deps.ts';
import { AuthError, factorNotFound, insufficientAal, invalid } from '../errors.ts';
import { parseBody, type AuthRequest, type Reply, type Route } from '../http.ts';
import { CODES } from '../rate-limits.ts';
import { noteProof, requireCaller, sessionJson, type Caller } from '../sessions.ts';
import { swapNewestToken } from '../tokens.ts';
import { newSecret, seal, stepOf, unseal } from '../totp.ts';

const CHALLENGE_SECONDS = 300;
const MOST_FACTORS = 10;

const Enrolment = v.object({
  factor_type: v.string(),
  friendly_name: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(100))), ''),
  issuer: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(100))))
});
const Answer = v.object({ challenge_id: v.pipe(v.string(), v.uuid()), code: v.pipe(v.string(), v.nonEmpty('Code needs to be non-empty')) });

type Factor = { id: string; user_id: string; status: 'verified' | 'unverified'; secret: string };

/** /factors: authenticator apps of the caller. */
export const factorRoutes: Route<AuthDeps>[] = [
  { method: 'POST', path: '/factors', handle: enrol },
  { method: 'POST', path: '/factors/:factorId/challenge', handle: challenge },
  { method: 'POST', path: '/factors/:factorId/verify', limited: true, handle: verify },
  { method: 'DELETE', path: '/factors/:factorId', handle: unenrol }
];

async function enrol(deps: AuthDeps, request: AuthRequest): Promise<Reply> {
  const { user, session } = await requireCaller(deps, request);
  const { factor_type, friendly_name, issuer } = parseBody(Enrolment, request.body);
  if (factor_type !== 'totp') throw invalid('factor_type needs to be totp');
  const name = friendly_name ?? '';
  const { rows } = await deps.db.query<Factor & { friendly_name: string | null }>('select * from auth.mfa_factors where user_id = $1', [
    user.id
  ]);
  if (rows.some((factor) => factor.status === 'verified') && session.aal !== 'aal2') {
    throw insufficientAal(403, 'AAL2 required to enroll a new factor');
  }
  if (rows.length >= MOST_FACTORS)
    throw new AuthError(422, 'too_many_enrolled_mfa_factors', 'Maximum number of enrolled factors reached, unenroll to continue');
  if (rows.some((factor) => (factor.friendly_name ?? '') === name)) {
    throw new AuthError(422, 'mfa_factor_name_conflict', `A factor with the friendly name "${name}" for this user already exists`);
  }

  const id = randomUUID();
  const { secret, uri, qrCode } = newSecret(issuer || new URL(deps.settings.siteUrl).hostname, user.email);
  await deps.db.query(
    "insert into auth.mfa_factors (id, user_id, friendly_name, factor_type, status, secret) values ($1, $2, $3, 'totp', 'unverified', $4)",
    [id, user.id, name, seal(deps.keys, id, secret)]
  );
  return { status: 200, body: { id, type: 'totp', friendly_name: name, totp: { qr_code: qrCode, secret, uri } } };
}

async function challenge(deps: AuthDeps, request: AuthRequest): Promise<Reply> {
  const { user } = await requireCaller(deps, request);
  const factor = await ownFactor(deps.db, user.id, request);
  const id = randomUUID();
  await deps.db.query('insert into auth.mfa_challenges (id, factor_id) values ($1, $2)', [id, factor.id]);
  await deps.db.query('update auth.mfa_factors set last_challenged_at = now() where id = $1', [factor.id]);
  return { status: 200, body: { id, type: 'totp', expires_at: Math.floor(Date.now() / 1000) + CHALLENGE_SECONDS } };
}

async function verify(deps: AuthDeps, request: AuthRequest): Promise<Reply> {
  const caller = await requireCaller(deps, request);
  const { challenge_id, code } = parseBody(Answer, request.body);
  const factor = await ownFactor(deps.db, caller.user.id, request);
  deps.limits.spend('code', factor.id, CODES);
  const body = await transaction(deps.db, async (tx) => {
    await closeChallenge(tx, factor.id, challenge_id);
    await takeCode(deps, tx, factor, code);
    return raiseSession(deps, tx, caller, factor);
  });
  return { status: 200, body };
}

/** @throws AuthError 422 `mfa_factor_not_found`, `mfa_challenge_expired` (also: answered before) */
async function closeChallenge(tx: Tx, factorId: string, challengeId: string): Promise<void> {
  const { rows } = await tx.query<{ open: boolean }>(
    `select verified_at is null and created_at > now() - make_interval(secs => $3) as open
     from auth.mfa_challenges where id = $1 and factor_id = $2 for update`,
    [challengeId, factorId, CHALLENGE_SECONDS]
  );
  if (!rows[0]) throw new AuthError(422, 'mfa_factor_not_found', 'MFA factor with the provided challenge ID not found');
  if (!rows[0].open) {
    throw new AuthError(
      422,
      'mfa_challenge_expired',
      'MFA challenge has expired, verify against another challenge or create a new challenge.'
    );
  }
  await tx.query('update auth.mfa_challenges set verified_at = now() where id = $1', [challengeId]);
}

/** A code counts once: its step and older ones are refused from then on. @throws AuthError 422 `mfa_verification_failed` */
async function takeCode({ keys }: AuthDeps, tx: Tx, factor: Factor, code: string): Promise<void> {
  const step = stepOf(unseal(keys, factor.id, factor.secret), code);
  const taken =
    step !== null &&
    (await tx.query(
      "update auth.mfa_factors set last_step = $2, status = 'verified', updated_at = now() where id = $1 and last_step < $2",
      [factor.id, step]
    ));
  if (!taken || !taken.rowCount) throw new AuthError(422, 'mfa_verification_failed', 'Invalid TOTP code entered');
}

/** The session keeps its id and is proven twice now; what is proven less ends: other aal1 sessions, unverified factors. */
async function raiseSession(deps: AuthDeps, tx: Tx, { user, session }: Caller, factor: Factor) {
  await tx.query("update auth.sessions set aal = 'aal2', factor_id = $2, updated_at = now() where id = $1", [session.id, factor.id]);
  await noteProof(tx, session.id, 'totp');
  await tx.query("delete from auth.sessions where user_id = $1 and aal = 'aal1'", [user.id]);
  await tx.query("delete from auth.mfa_factors where user_id = $1 and status = 'unverified'", [user.id]);
  return sessionJson(deps, tx, user, session.id, await swapNewestToken(tx, deps.keys, session.id));
}

async function unenrol(deps: AuthDeps, request: AuthRequest): Promise<Reply> {
  const { user, session } = await requireCaller(deps, request);
  const factor = await ownFactor(deps.db, user.id, request);
  if (factor.status === 'verified' && session.aal !== 'aal2') {
    throw insufficientAal(422, 'AAL2 required to unenroll verified factor');
  }
  await transaction(deps.db, async (tx) => {
    const { rows } = await tx.query<{ id: string }>(
      "update auth.sessions set aal = 'aal1', factor_id = null where factor_id = $1 returning id",
      [factor.id]
    );
    await tx.query("delete from auth.mfa_amr_claims where session_id = any($1) and authentication_method = 'totp'", [
      rows.map((row) => row.id)
    ]);
    await tx.query('delete from auth.mfa_factors where id = $1', [factor.id]);
  });
  return { status: 200, body: { id: factor.id } };
}

/** @throws AuthError 404 `validation_failed` for what is no id, `mfa_factor_not_found` */
async function ownFactor(db: AuthDeps['db'], userId: string, { params }: AuthRequest): Promise<Factor> {
  if (!v.is(v.pipe(v.string(), v.uuid()), params.factorId)) throw new AuthError(404, 'validation_failed', 'factor_id must be an UUID');
  const { rows } = await db.query<Factor>('select * from auth.mfa_factors where id = $1 and user_id = $2', [params.factorId, userId]);
  if (!rows[0]) throw factorNotFound();
  return rows[0];
}

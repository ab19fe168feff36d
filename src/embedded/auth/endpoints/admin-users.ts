import * as v from 'valibot';
import { transaction, type AuthDeps } from '../deps.ts';
import { AuthError, invalid, userNotFound } from '../errors.ts';
import { parseBody, type AuthRequest, type Reply, type Route } from '../http.ts';
import { checkBytes, checkPassword, hashPassword } from '../passwords.ts';
import { endSessions, requireAdmin } from '../sessions.ts';
import { asEmail, findUser, insertUser, listedUserJson, lockUser, mergeMetadata, updateUser, userJson, type User } from '../users.ts';

const metadata = v.optional(v.nullable(v.record(v.string(), v.unknown())));
const Attributes = v.object({
  email: v.optional(v.string()),
  password: v.optional(v.nullable(v.string())),
  email_confirm: v.optional(v.boolean()),
  user_metadata: metadata,
  app_metadata: metadata,
  role: v.optional(v.string()),
  id: v.optional(v.string()),
  password_hash: v.optional(v.string()),
  phone: v.optional(v.nullable(v.string())),
  /** A duration such as 24h, or none. */
  ban_duration: v.optional(v.string())
});
const Removal = v.object({ should_soft_delete: v.optional(v.boolean()) });
type Attributes = v.InferOutput<typeof Attributes>;

/** What Supabase Auth would take and this server has no place for: refused, so that nobody thinks it was kept. */
const NOT_TAKEN = ['id', 'password_hash', 'phone'] as const;

/** /admin/users: only with the service key. */
export const adminUserRoutes: Route<AuthDeps>[] = [
  { method: 'POST', path: '/admin/users', handle: create },
  { method: 'GET', path: '/admin/users', handle: list },
  { method: 'GET', path: '/admin/users/:userId', handle: async (deps, request) => answer(deps, await named(deps, request)) },
  { method: 'PUT', path: '/admin/users/:userId', handle: update },
  { method: 'DELETE', path: '/admin/users/:userId', handle: remove },
  { method: 'GET', path: '/admin/users/:userId/factors', handle: listFactors },
  { method: 'DELETE', path: '/admin/users/:userId/factors/:factorId', handle: removeFactor }
];

async function create(deps: AuthDeps, request: AuthRequest): Promise<Reply> {
  await requireAdmin(deps, request);
  const given = attributes(request);
  if (!given.email) throw invalid('Cannot create a user without either an email or phone');
  const email = asEmail(given.email);
  if (given.password) checkBytes(given.password);
  const changes = await columns(given);
  return answer(deps, await transaction(deps.db, (tx) => insertUser(tx, email, changes)));
}

async function list(deps: AuthDeps, request: AuthRequest): Promise<Reply> {
  await requireAdmin(deps, request);
  // Whoever asks for some and got all would take the others for them.
  const unknown = ['filter', 'sort'].find((name) => request.query.has(name));
  if (unknown) throw invalid(`Users are not listed by ${unknown} here`);
  const page = positive(request.query.get('page'), 1);
  const perPage = Math.min(positive(request.query.get('per_page'), 50), 1000);
  const { rows: users } = await deps.db.query<User>('select * from auth.users order by created_at desc, id limit $1 offset $2', [
    perPage,
    (page - 1) * perPage
  ]);
  const { rows } = await deps.db.query<{ n: number }>('select count(*)::int as n from auth.users');
  const total = rows[0]!.n;
  const last = Math.max(1, Math.ceil(total / perPage));
  const link = (to: number, rel: string) => `</admin/users?page=${to}&per_page=${perPage}>; rel="${rel}"`;
  return {
    status: 200,
    body: { users: users.map(listedUserJson), aud: 'authenticated' },
    headers: { 'x-total-count': String(total), link: [...(page < last ? [link(page + 1, 'next')] : []), link(last, 'last')].join(', ') }
  };
}

async function update(deps: AuthDeps, request: AuthRequest): Promise<Reply> {
  const { id } = await named(deps, request);
  const given = attributes(request);
  if (given.password) checkPassword(given.password, deps.settings.passwordLength);
  const changes = await columns(given);
  const user = await transaction(deps.db, async (tx) => {
    const before = await lockUser(tx, id);
    if (given.password) await endSessions(tx, id);
    return updateUser(tx, id, {
      ...changes,
      ...(given.email && { email: asEmail(given.email) }),
      ...(given.user_metadata && { raw_user_meta_data: mergeMetadata(before.raw_user_meta_data, given.user_metadata) }),
      ...(given.app_metadata && { raw_app_meta_data: mergeMetadata(before.raw_app_meta_data, given.app_metadata) })
    });
  });
  return answer(deps, user);
}

async function remove(deps: AuthDeps, request: AuthRequest): Promise<Reply> {
  const { id } = await named(deps, request);
  const { should_soft_delete } = parseBody(Removal, request.body);
  if (should_soft_delete) throw invalid('Users are deleted for good here');
  await deps.db.query('delete from auth.users where id = $1', [id]);
  return { status: 200, body: {} };
}

async function listFactors(deps: AuthDeps, request: AuthRequest): Promise<Reply> {
  const { factors = [] } = await userJson(deps.db, await named(deps, request));
  return { status: 200, body: factors };
}

async function removeFactor(deps: AuthDeps, request: AuthRequest): Promise<Reply> {
  const { id } = await named(deps, request);
  await transaction(deps.db, async (tx) => {
    const { rowCount } = await tx.query('delete from auth.mfa_factors where user_id = $1 and id::text = $2', [id, request.params.factorId]);
    if (!rowCount) throw new AuthError(404, 'mfa_factor_not_found', 'Factor not found');
    // A session that was proven with the lost app proves nothing any more.
    await endSessions(tx, id);
  });
  return { status: 200, body: { id: request.params.factorId } };
}

function attributes(request: AuthRequest): Attributes {
  const given = parseBody(Attributes, request.body);
  const surplus = NOT_TAKEN.find((name) => given[name]);
  if (surplus) throw invalid(`${surplus} cannot be set here`);
  return given;
}

/** @throws AuthError 404 `validation_failed` for what is no id, `user_not_found` */
async function named(deps: AuthDeps, request: AuthRequest): Promise<User> {
  await requireAdmin(deps, request);
  const id = request.params.userId!;
  if (!v.is(v.pipe(v.string(), v.uuid()), id)) throw new AuthError(404, 'validation_failed', 'user_id must be an UUID');
  const user = await findUser(deps.db, { id });
  if (!user) throw userNotFound();
  return user;
}

async function columns(given: Attributes) {
  return {
    ...(given.password && { encrypted_password: await hashPassword(given.password) }),
    ...(given.email_confirm && { email_confirmed_at: new Date() }),
    ...(given.role && { role: given.role }),
    ...(given.user_metadata && { raw_user_meta_data: mergeMetadata({}, given.user_metadata) }),
    ...(given.app_metadata && { raw_app_meta_data: mergeMetadata({}, given.app_metadata) }),
    ...(given.ban_duration && { banned_until: bannedUntil(given.ban_duration) })
  };
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** A Go duration: 1h30m, 45s; `none` lifts the ban. */
function bannedUntil(duration: string): Date | null {
  if (duration === 'none') return null;
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(duration)) throw invalid(`invalid format for ban duration: time: invalid duration "${duration}"`);
  const length = [...duration.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)].reduce((sum, [, n, unit]) => sum + Number(n) * UNITS[unit!]!, 0);
  return new Date(Date.now() + length);
}

const positive = (text: string | null, fallback: number) => (text && /^[1-9]\d{0,6}$/.test(text) ? Number(text) : fallback);

async function answer(deps: AuthDeps, user: User): Promise<Reply> {
  return { status: 200, body: await userJson(deps.db, user) };
}

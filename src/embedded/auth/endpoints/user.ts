import * as v from 'valibot';
import { transaction, type AuthDeps, type Tx } from '../deps.ts';
import { AuthError, emailExists, insufficientAal } from '../errors.ts';
import { parseBody, type AuthRequest, type Reply, type Route } from '../http.ts';
import { issueLink, mailLink } from '../links.ts';
import { spendMail } from '../rate-limits.ts';
import { checkPassword, hashPassword, passwordMatches } from '../passwords.ts';
import { endSessions, requireCaller, type Caller } from '../sessions.ts';
import { asEmail, findUser, lockUser, mergeMetadata, updateUser, userJson, type User } from '../users.ts';

const Changes = v.object({
  email: v.optional(v.string()),
  password: v.optional(v.string()),
  data: v.optional(v.record(v.string(), v.unknown())),
  phone: v.optional(v.string()),
  app_metadata: v.optional(v.unknown())
});
type Changes = v.InferOutput<typeof Changes>;

/** GET and PUT /user: the account of the caller. */
export const userRoutes: Route<AuthDeps>[] = [
  {
    method: 'GET',
    path: '/user',
    async handle(deps, request) {
      const { user } = await requireCaller(deps, request);
      return { status: 200, body: await userJson(deps.db, user) };
    }
  },
  { method: 'PUT', path: '/user', handle: change }
];

async function change(deps: AuthDeps, request: AuthRequest): Promise<Reply> {
  const caller = await requireCaller(deps, request);
  const changes = parseBody(Changes, request.body);
  if (changes.app_metadata) throw new AuthError(403, 'not_admin', 'Updating app_metadata requires admin privileges');
  if (changes.phone) throw new AuthError(422, 'phone_provider_disabled', 'Phone logins are disabled');
  if ((changes.email || changes.password) && caller.session.aal === 'aal1' && (await hasFactor(deps, caller.user.id))) {
    throw insufficientAal(401, 'AAL2 session is required to update email or password when MFA is enabled.');
  }
  if (changes.password) checkPassword(changes.password, deps.settings.passwordLength);

  const user = await transaction(deps.db, async (tx) => {
    const before = await lockUser(tx, caller.user.id);
    if (changes.password) await setPassword(tx, before, caller, changes.password);
    if (changes.data) await updateUser(tx, before.id, { raw_user_meta_data: mergeMetadata(before.raw_user_meta_data, changes.data) });
    return (await findUser(tx, { id: before.id }))!;
  });
  if (changes.email) await askNewAddress(deps, user, changes.email, request);
  return { status: 200, body: await userJson(deps.db, (await findUser(deps.db, { id: user.id }))!) };
}

async function setPassword(tx: Tx, user: User, { session }: Caller, password: string): Promise<void> {
  if (await passwordMatches(user.encrypted_password, password)) {
    throw new AuthError(422, 'same_password', 'New password should be different from the old password.');
  }
  await updateUser(tx, user.id, { encrypted_password: await hashPassword(password) });
  await endSessions(tx, user.id, { but: session.id });
}

/** The address changes when the link in a mail to the new one is followed. */
async function askNewAddress(deps: AuthDeps, user: User, wanted: string, request: AuthRequest): Promise<void> {
  const email = asEmail(wanted);
  if (email === user.email) return;
  if (await findUser(deps.db, { email })) throw emailExists();
  spendMail(deps, 'email change', user.id);
  const link = await transaction(deps.db, async (tx) => {
    await updateUser(tx, user.id, { email_change: email, email_change_sent_at: new Date() });
    return issueLink(deps, tx, user, 'email_change', request.query.get('redirect_to'));
  });
  await mailLink(deps, user, link, email);
}

async function hasFactor({ db }: AuthDeps, userId: string): Promise<boolean> {
  const { rowCount } = await db.query("select from auth.mfa_factors where user_id = $1 and status = 'verified'", [userId]);
  return Boolean(rowCount);
}

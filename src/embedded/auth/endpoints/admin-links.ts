import * as v from 'valibot';
import { transaction, type AuthDeps, type Tx } from '../deps.ts';
import { emailExists, userNotFound } from '../errors.ts';
import { parseBody, type AuthRequest, type Reply, type Route } from '../http.ts';
import { actionLink, issueLink, mailLink, type Link } from '../links.ts';
import { requireAdmin } from '../sessions.ts';
import { asEmail, findUser, insertUser, mergeMetadata, updateUser, userJson, type User } from '../users.ts';

const data = v.optional(v.nullable(v.record(v.string(), v.unknown())));
const Invitation = v.object({ email: v.string(), data });
const WantedLink = v.object({
  type: v.picklist(['invite', 'recovery', 'magiclink']),
  email: v.string(),
  data,
  redirect_to: v.optional(v.nullable(v.string()))
});

/** POST /invite mails an invitation; POST /admin/generate_link makes a link and leaves the mailing to the caller. */
export const adminLinkRoutes: Route<AuthDeps>[] = [
  { method: 'POST', path: '/invite', handle: invite },
  { method: 'POST', path: '/admin/generate_link', handle: generateLink }
];

async function invite(deps: AuthDeps, request: AuthRequest): Promise<Reply> {
  await requireAdmin(deps, request);
  const { email, data: given } = parseBody(Invitation, request.body);
  const { user, link } = await transaction(deps.db, (tx) => inviteUser(deps, tx, asEmail(email), given, request.query.get('redirect_to')));
  await mailLink(deps, user, link);
  return { status: 200, body: await userJson(deps.db, user) };
}

async function generateLink(deps: AuthDeps, request: AuthRequest): Promise<Reply> {
  await requireAdmin(deps, request);
  const { type, email, data: given, redirect_to } = parseBody(WantedLink, request.body);
  const redirectTo = redirect_to ?? request.query.get('redirect_to');
  const { user, link } = await transaction(deps.db, async (tx) => {
    if (type === 'invite') return inviteUser(deps, tx, asEmail(email), given, redirectTo);
    const known = await findUser(tx, { email: asEmail(email) });
    if (!known) throw userNotFound();
    return { user: known, link: await issueLink(deps, tx, known, type, redirectTo) };
  });
  return {
    status: 200,
    body: {
      ...(await userJson(deps.db, user)),
      action_link: actionLink(deps.settings, link),
      // Six digits can be guessed: this server has none.
      email_otp: '',
      hashed_token: link.tokenHash,
      redirect_to: link.redirectTo,
      verification_type: type
    }
  };
}

/** A user who was invited and has not come yet may be invited again: the older link ends. @throws AuthError 422 `email_exists` */
async function inviteUser(
  deps: AuthDeps,
  tx: Tx,
  email: string,
  given: Record<string, unknown> | null | undefined,
  redirectTo: string | null
): Promise<{ user: User; link: Link }> {
  const known = await findUser(tx, { email });
  if (known?.email_confirmed_at) throw emailExists();
  const changes = {
    invited_at: new Date(),
    confirmation_sent_at: new Date(),
    ...(given && { raw_user_meta_data: mergeMetadata(known?.raw_user_meta_data ?? {}, given) })
  };
  const user = known ? await updateUser(tx, known.id, changes) : await insertUser(tx, email, changes);
  return { user, link: await issueLink(deps, tx, user, 'invite', redirectTo) };
}

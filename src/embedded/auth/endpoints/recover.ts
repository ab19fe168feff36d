import * as v from 'valibot';
import { transaction, type AuthDeps } from '../deps.ts';
import { parseBody, type Route } from '../http.ts';
import { issueLink, mailLink } from '../links.ts';
import { spendMail } from '../rate-limits.ts';
import { asEmail, findUser, updateUser, type User } from '../users.ts';

const Body = v.object({ email: v.string() });

/** POST /recover: mails a link to whoever has an account; the answer does not say whether one has. */
export const recoverRoutes: Route<AuthDeps>[] = [
  {
    method: 'POST',
    path: '/recover',
    limited: true,
    async handle(deps, request) {
      const email = asEmail(parseBody(Body, request.body).email);
      spendMail(deps, 'recovery', email);
      // How long a mail takes, and whether it could be sent, would tell: the answer waits for neither.
      const user = await findUser(deps.db, { email });
      if (user) deps.later(sendLink(deps, user, request.query.get('redirect_to')));
      return { status: 200, body: {} };
    }
  }
];

async function sendLink(deps: AuthDeps, user: User, redirectTo: string | null): Promise<void> {
  const link = await transaction(deps.db, async (tx) => {
    await updateUser(tx, user.id, { recovery_sent_at: new Date() });
    return issueLink(deps, tx, user, 'recovery', redirectTo);
  });
  await mailLink(deps, user, link);
}

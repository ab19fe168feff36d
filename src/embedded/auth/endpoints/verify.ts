import * as v from 'valibot';
import { transaction, type AuthDeps } from '../deps.ts';
import { AuthError, invalid, userBanned } from '../errors.ts';
import { parseBody, type Route } from '../http.ts';
import { allowedRedirect, isLinkType, redeemLink } from '../links.ts';
import { beginSession } from '../sessions.ts';
import { isBanned, lockUser, updateUser } from '../users.ts';

const Body = v.object({ token_hash: v.string(), type: v.string() });

/** Links: POST /verify answers a session; GET /verify leads on, with the session or the error behind the #. */
export const verifyRoutes: Route<AuthDeps>[] = [
  {
    method: 'POST',
    path: '/verify',
    limited: true,
    async handle(deps, request) {
      const { token_hash, type } = parseBody(Body, request.body);
      return { status: 200, body: await followLink(deps, token_hash, type) };
    }
  },
  {
    method: 'GET',
    path: '/verify',
    async handle(deps, { query }) {
      const type = query.get('type') ?? '';
      if (!isLinkType(type)) throw invalid('Verify requires a verification type');
      const target = new URL(allowedRedirect(deps.settings, query.get('redirect_to')));
      target.hash = await followLink(deps, query.get('token') ?? '', type).then(
        ({ user: _user, ...session }) => String(new URLSearchParams({ ...asText(session), type })),
        (error: unknown) => {
          if (!(error instanceof AuthError)) throw error;
          return String(new URLSearchParams({ error: 'access_denied', error_code: error.code, error_description: error.message }));
        }
      );
      return { status: 303, headers: { location: target.href } };
    }
  }
];

async function followLink(deps: AuthDeps, tokenHash: string, type: string): Promise<Record<string, unknown>> {
  if (!isLinkType(type)) throw invalid('Verify requires a verification type');
  return transaction(deps.db, async (tx) => {
    const user = await lockUser(tx, await redeemLink(deps, tx, tokenHash, type));
    if (isBanned(user)) throw userBanned();
    const confirmed = await updateUser(tx, user.id, {
      email_confirmed_at: user.email_confirmed_at ?? new Date(),
      ...(type === 'email_change' && user.email_change && { email: user.email_change, email_change: null })
    });
    return beginSession(deps, tx, confirmed, 'otp');
  });
}

const asText = (fields: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)]));

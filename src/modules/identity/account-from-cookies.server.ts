import { sql } from 'kysely';
import type { Account, StaffRole } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import { actorOfToken } from './access-token.server.ts';
import { ACCOUNT_COOKIE, identityClient, type AccountCookies, type IdentityEnv } from './identity-client.server.ts';

type Deps = { env: IdentityEnv; db: Db };

/**
 * Who is signed in, from a request's cookies; the token is refreshed there when it is about to end.
 *
 * @param active whether the request shows that the person is working; one that a page sends by itself must not keep the desk
 *   open (R40)
 * @returns null for nobody: no cookie, session over, account suspended or not of this archive
 * @throws DomainError `identity_down`, `database_down`
 */
export async function accountFromCookies(deps: Deps, cookies: AccountCookies, { active = true } = {}): Promise<Account | null> {
  if (!cookies.getAll().some(({ name }) => name.startsWith(ACCOUNT_COOKIE))) return null;
  const { data } = await identityClient(deps.env, cookies).auth.getSession();
  const actor = data.session && (await actorOfToken(deps.env, data.session.access_token));
  return actor && readAccount(deps, actor, active);
}

/** Name, roles and whether the desk is open, as the database says to this very person; null when it knows nobody. */
export async function readAccount({ db }: Pick<Deps, 'db'>, actor: Account, active: boolean): Promise<Account | null> {
  const seen = active ? sql<boolean>`app.touch_desk_session()` : sql<boolean>`app.at_desk()`;
  const { rows } = await asActor(db, actor, (tx) =>
    sql<{ display_name: string; roles: StaffRole[]; at_desk: boolean }>`
      select a.display_name,
        array(select r.role::text from account_role r where r.user_id = a.user_id order by r.role) as roles,
        case when ${actor.aal} = 'aal2' then ${seen} else false end as at_desk
      from account a where a.user_id = ${actor.userId} and a.suspended_at is null`.execute(tx)
  );
  const row = rows[0];
  return row ? { ...actor, displayName: row.display_name, roles: row.roles, atDesk: row.at_desk } : null;
}

import { sql } from 'kysely';
import type { Account, StaffRole } from '#platform/actor.ts';
import { asActor, type Db, type Tx } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import type { AccountId } from '#platform/ids.ts';
import { identityAdmin, type IdentityEnv } from './identity-client.server.ts';
import { accepted, identityRefusal } from './identity-refusal.ts';
import type { Invitation, PersonNamed, PURPOSES, RolesChosen } from './schema.ts';

type Deps = { db: Db; env: IdentityEnv };

/** Long enough to be for ever, and short enough for a date. */
const FOR_EVER = '876000h';

export type Purpose = (typeof PURPOSES)[number];

export type Person = {
  userId: AccountId;
  displayName: string;
  /** Null where the identity server no longer has them. */
  email: string | null;
  roles: StaffRole[];
  /** What a reader was vetted for. */
  purposes: Purpose[];
  state: 'active' | 'invited' | 'suspended';
  hasSecondFactor: boolean;
};

/** Everyone with an account, by name. @throws DomainError `not_found` for whoever is not an admin at the desk */
export async function listPeople({ db, env }: Deps, actor: Account): Promise<Person[]> {
  const { rows } = await asAdmin(db, actor, (tx) =>
    sql<{ user_id: AccountId; display_name: string; suspended: boolean; roles: StaffRole[]; purposes: Purpose[] }>`
      select a.user_id, a.display_name, a.suspended_at is not null as suspended,
        array(select r.role::text from account_role r where r.user_id = a.user_id order by r.role) as roles,
        array(select p.purpose::text from reader_purpose p where p.user_id = a.user_id order by p.purpose) as purposes
      from account a order by a.display_name`.execute(tx)
  );
  const users = new Map((await allUsers(env)).map((user) => [user.id, user]));
  return Promise.all(
    rows.map(async ({ user_id: userId, display_name: displayName, suspended, roles, purposes }) => {
      const user = users.get(userId);
      const came = Boolean(user?.email_confirmed_at);
      const state = suspended ? 'suspended' : came ? 'active' : 'invited';
      const hasSecondFactor = came && (await hasProvenFactor(env, userId));
      return { userId, displayName, email: user?.email ?? null, roles, purposes, state, hasSecondFactor };
    })
  );
}

/** Asked one by one: lists of users do not say it. */
async function hasProvenFactor(env: IdentityEnv, userId: AccountId): Promise<boolean> {
  const { factors } = accepted(await identityAdmin(env).mfa.listFactors({ userId }));
  return factors.some((factor) => factor.status === 'verified');
}

async function allUsers(env: IdentityEnv) {
  const admin = identityAdmin(env);
  const users = [];
  for (let page: number | null = 1; page;) {
    const found: Awaited<ReturnType<typeof admin.listUsers>> = await admin.listUsers({ page, perPage: 200 });
    if (found.error) throw identityRefusal(found.error);
    users.push(...found.data.users);
    page = found.data.nextPage;
  }
  return users;
}

/**
 * Invites somebody by mail, or again whoever has not come yet.
 * @throws DomainError `not_found` (not an admin at the desk), `already_has_account`, `identity_down`
 */
export async function invitePerson(
  { db, env }: Deps,
  actor: Account,
  { email, displayName, locale, roles, purposes }: Invitation
): Promise<void> {
  await asAdmin(db, actor, async () => undefined);
  const redirectTo = `${env.ORIGIN}/${locale}/desk/invitation`;
  const { user } = accepted(await identityAdmin(env).inviteUserByEmail(email, { redirectTo, data: { locale } }));
  await asAdmin(db, actor, async (tx) => {
    const userId = user!.id;
    await tx
      .insertInto('account')
      .values({ user_id: userId, display_name: displayName, locale })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await setRoles(tx, userId as AccountId, roles);
    await setPurposes(tx, userId as AccountId, roles.includes('reader') ? purposes : []);
  });
}

/**
 * Roles and, for a reader, what they are vetted for; both hold from the next request on.
 * @throws DomainError `not_found`: not an admin at the desk, nobody of that id, or oneself
 */
export async function changeRoles({ db }: Pick<Deps, 'db'>, actor: Account, { userId, roles, purposes }: RolesChosen): Promise<void> {
  if (userId === actor.userId) throw new DomainError('not_found');
  await asAdmin(db, actor, async (tx) => {
    const known = await tx.selectFrom('account').select('user_id').where('user_id', '=', userId).executeTakeFirst();
    if (!known) throw new DomainError('not_found');
    await setRoles(tx, userId, roles);
    await setPurposes(tx, userId, roles.includes('reader') ? purposes : []);
  });
}

async function setRoles(tx: Tx, userId: AccountId, roles: readonly StaffRole[]): Promise<void> {
  const held = await tx.selectFrom('account_role').select('role').where('user_id', '=', userId).execute();
  const gone = held.map(({ role }) => role).filter((role) => !roles.includes(role));
  const added = roles.filter((wanted) => !held.some(({ role }) => role === wanted));
  if (gone.length) await tx.deleteFrom('account_role').where('user_id', '=', userId).where('role', 'in', gone).execute();
  if (added.length) {
    await tx
      .insertInto('account_role')
      .values(added.map((role) => ({ user_id: userId, role })))
      .execute();
  }
}

async function setPurposes(tx: Tx, userId: AccountId, purposes: readonly Purpose[]): Promise<void> {
  const held = await tx.selectFrom('reader_purpose').select('purpose').where('user_id', '=', userId).execute();
  const gone = held.map(({ purpose }) => purpose).filter((purpose) => !(purposes as readonly string[]).includes(purpose));
  const added = purposes.filter((wanted) => !held.some(({ purpose }) => purpose === wanted));
  if (gone.length) await tx.deleteFrom('reader_purpose').where('user_id', '=', userId).where('purpose', 'in', gone).execute();
  if (added.length) {
    await tx
      .insertInto('reader_purpose')
      .values(added.map((purpose) => ({ user_id: userId, purpose })))
      .execute();
  }
}

/** From this moment nothing is open to them, even with a page already open; signing in is refused. @throws DomainError as changeRoles */
export async function suspendPerson(deps: Deps, actor: Account, { userId }: PersonNamed): Promise<void> {
  await setSuspended(deps, actor, userId, new Date());
  accepted(await identityAdmin(deps.env).updateUserById(userId, { ban_duration: FOR_EVER }));
}

/** @throws DomainError as changeRoles */
export async function readmitPerson(deps: Deps, actor: Account, { userId }: PersonNamed): Promise<void> {
  await setSuspended(deps, actor, userId, null);
  accepted(await identityAdmin(deps.env).updateUserById(userId, { ban_duration: 'none' }));
}

async function setSuspended({ db }: Deps, actor: Account, userId: AccountId, at: Date | null): Promise<void> {
  if (userId === actor.userId) throw new DomainError('not_found');
  const { numUpdatedRows } = await asAdmin(db, actor, (tx) =>
    tx.updateTable('account').set({ suspended_at: at }).where('user_id', '=', userId).executeTakeFirst()
  );
  if (!numUpdatedRows) throw new DomainError('not_found');
}

/** Whoever lost their phone makes a new app known at their next sign-in; their sessions end. @throws DomainError as changeRoles */
export async function forgetSecondFactor({ db, env }: Deps, actor: Account, { userId }: PersonNamed): Promise<void> {
  if (userId === actor.userId) throw new DomainError('not_found');
  await asAdmin(db, actor, async () => undefined);
  const admin = identityAdmin(env);
  const { factors } = accepted(await admin.mfa.listFactors({ userId }));
  for (const { id } of factors) accepted(await admin.mfa.deleteFactor({ userId, id }));
  await asAdmin(db, actor, (tx) => sql`select app.close_desk_sessions_of(${userId})`.execute(tx));
}

/** The database answers whether the actor is an admin at the desk now, in the transaction of the work itself. */
function asAdmin<T>(db: Db, actor: Account, work: (tx: Tx) => Promise<T>): Promise<T> {
  return asActor(db, actor, async (tx) => {
    const { rows } = await sql<{ admin: boolean }>`select app.at_desk_as('admin') as admin`.execute(tx);
    if (!rows[0]?.admin) throw new DomainError('not_found');
    return work(tx);
  });
}

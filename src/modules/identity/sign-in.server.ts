import type { SupabaseClient } from '@supabase/supabase-js';
import { sql } from 'kysely';
import type { Account } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import { actorOfToken } from './access-token.server.ts';
import { readAccount } from './account-from-cookies.server.ts';
import type { IdentityEnv } from './identity-client.server.ts';
import { accepted } from './identity-refusal.ts';
import type { SignIn } from './schema.ts';

type Deps = { identity: SupabaseClient; env: IdentityEnv; db: Db };

/** What comes next: the code of an app, making one known, or nothing (a reader needs none). */
export type AfterPassword = 'code' | 'enrol' | 'in';

/**
 * The first step of signing in.
 * @throws DomainError `sign_in_refused` (alike for every reason), `too_many_requests`, `identity_down`
 */
export async function signIn({ identity, env, db }: Deps, { email, password }: SignIn): Promise<AfterPassword> {
  const { session, user } = accepted(await identity.auth.signInWithPassword({ email, password }));
  const actor = await actorOfToken(env, session!.access_token);
  const account = actor && (await readAccount({ db }, actor, false));
  if (!account) {
    await identity.auth.signOut({ scope: 'local' });
    throw new DomainError('sign_in_refused');
  }
  if (user!.factors?.some((factor) => factor.status === 'verified')) return 'code';
  return isStaff(account) ? 'enrol' : 'in';
}

/** Everyone but readers works at the desk, and the desk needs a second factor. */
export const isStaff = ({ roles }: Pick<Account, 'roles'>) => roles.some((role) => role !== 'reader');

/** Ends the session here, and the desk with it: an access token holds for up to an hour more, whoever has it. The cookies go in any case. */
export async function signOut({ identity, db }: Pick<Deps, 'identity' | 'db'>, account: Account | null): Promise<void> {
  await identity.auth.signOut({ scope: 'local' });
  if (account) await asActor(db, account, (tx) => sql`select app.close_desk_session()`.execute(tx));
}

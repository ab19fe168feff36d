import type { SupabaseClient } from '@supabase/supabase-js';
import { decodeJwt } from 'jose';
import { sql } from 'kysely';
import { asActor, type Db } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import { actorOfToken } from './access-token.server.ts';
import { identityVisitor, type IdentityEnv } from './identity-client.server.ts';
import { accepted } from './identity-refusal.ts';
import type { PasswordChosen } from './schema.ts';
import { giveCode, knownFactors } from './second-factor.server.ts';

type Deps = { identity: SupabaseClient; env: IdentityEnv; db: Db };

/** A session that began with a link, and so may choose a password, keeps that right for as long. */
const LINK_SECONDS = 3600;

/**
 * Follows a mailed link and sets the password its reader chose. A link works once; when what was typed was refused after it
 * was used, the session that it began goes on from there.
 *
 * @throws DomainError `link_over`, `second_factor_needed` (an app is known: its code is asked too), `code_wrong`,
 *   `password_weak`, `password_same`
 */
export async function choosePassword({ identity, env, db }: Deps, type: 'invite' | 'recovery', chosen: PasswordChosen): Promise<void> {
  if (!(await beganWithLink({ identity }))) {
    if (!chosen.token_hash) throw new DomainError('link_over');
    accepted(await identity.auth.verifyOtp({ token_hash: chosen.token_hash, type }));
  }
  if ((await knownFactors({ identity })).length) {
    if (!chosen.code) throw new DomainError('second_factor_needed');
    await giveCode({ identity, env, db }, chosen.code);
  }
  accepted(await identity.auth.updateUser({ password: chosen.password }));
  await leaveOtherDesks({ identity, env, db });
}

/** Whoever knew the old password may still hold a token: its desk closes now, not when the token runs out. */
async function leaveOtherDesks({ identity, env, db }: Deps): Promise<void> {
  const { data } = await identity.auth.getSession();
  const actor = data.session && (await actorOfToken(env, data.session.access_token));
  if (actor) await asActor(db, actor, (tx) => sql`select app.close_desk_sessions_of(${actor.userId})`.execute(tx));
}

/** Whether this request's session was begun by a link, lately. */
export async function beganWithLink({ identity }: Pick<Deps, 'identity'>): Promise<boolean> {
  const { data } = await identity.auth.getSession();
  if (!data.session) return false;
  const { amr } = decodeJwt<{ amr?: { method: string; timestamp: number }[] }>(data.session.access_token);
  return (amr ?? []).some(({ method, timestamp }) => method === 'otp' && timestamp > Date.now() / 1000 - LINK_SECONDS);
}

/**
 * Mails a link to whoever has an account; says nothing of whether somebody has.
 * @throws DomainError `too_many_requests`
 */
export async function askForRecovery({ env }: { env: IdentityEnv }, { email, locale }: { email: string; locale: string }): Promise<void> {
  accepted(await identityVisitor(env).auth.resetPasswordForEmail(email, { redirectTo: `${env.ORIGIN}/${locale}/desk/recovery` }));
}

import type { SupabaseClient } from '@supabase/supabase-js';
import { sql } from 'kysely';
import type { Account } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import { actorOfToken } from './access-token.server.ts';
import type { IdentityEnv } from './identity-client.server.ts';
import { accepted } from './identity-refusal.ts';
import { otpAddress, qrCode } from './qr-code.ts';
import type { FactorConfirmed, FactorShown } from './schema.ts';

type Deps = { identity: SupabaseClient; env: IdentityEnv; db: Db };

/** What an authenticator app is given: by picture, or typed. */
export type NewFactor = { factorId: string; secret: string; qr: string };

/** @returns the ids of the apps that are known and proven */
export async function knownFactors({ identity }: Pick<Deps, 'identity'>): Promise<string[]> {
  const { totp } = accepted(await identity.auth.mfa.listFactors());
  return totp.map((factor) => factor.id);
}

/**
 * Makes a secret for a new app; it counts only when a code from it was given (`confirmFactor`). What was begun before and
 * not finished ends.
 * @throws DomainError `second_factor_needed` when another app is known and its code was not given
 */
export async function beginFactor({ identity, env }: Pick<Deps, 'identity' | 'env'>, actor: Account): Promise<NewFactor> {
  const { all } = accepted(await identity.auth.mfa.listFactors());
  for (const factor of all) if (factor.status === 'unverified') accepted(await identity.auth.mfa.unenroll({ factorId: factor.id }));
  const made = accepted(await identity.auth.mfa.enroll({ factorType: 'totp', friendlyName: new Date().toISOString() }));
  return shownFactor({ env }, actor, { factorId: made.id, secret: made.totp.secret });
}

/** The same again, for a page whose first code was refused. The app lists it under the archive's host, which says no more. */
export function shownFactor(
  { env }: Pick<Deps, 'env'>,
  { claims }: Account,
  { factorId, secret }: Pick<FactorShown, 'factorId' | 'secret'>
): NewFactor {
  const issuer = new URL(env.ORIGIN).hostname;
  return { factorId, secret, qr: qrCode(otpAddress({ secret, issuer, account: String(claims.email ?? '') })) };
}

/** A new app proves itself with a code, and the desk opens. @throws DomainError `code_wrong`, `too_many_requests` */
export async function confirmFactor(deps: Deps, { factorId, code }: Pick<FactorConfirmed, 'factorId' | 'code'>): Promise<void> {
  const { access_token } = accepted(await deps.identity.auth.mfa.challengeAndVerify({ factorId, code }));
  await openDesk(deps, access_token);
}

/** The second step of signing in, and what unlocks the desk (R40). @throws DomainError as confirmFactor, `second_factor_needed` */
export async function giveCode(deps: Deps, code: string): Promise<void> {
  await openDesk(deps, await proveWithCode(deps, code));
}

/** Raises the session by a code from any of the person's apps. @returns the new access token */
async function proveWithCode({ identity }: Pick<Deps, 'identity'>, code: string): Promise<string> {
  const factors = await knownFactors({ identity });
  if (!factors.length) throw new DomainError('second_factor_needed');
  let refusal: unknown;
  for (const factorId of factors) {
    try {
      return accepted(await identity.auth.mfa.challengeAndVerify({ factorId, code })).access_token;
    } catch (error) {
      refusal = error;
    }
  }
  throw refusal;
}

async function openDesk({ env, db }: Pick<Deps, 'env' | 'db'>, accessToken: string): Promise<void> {
  const actor = await actorOfToken(env, accessToken);
  if (!actor) throw new DomainError('sign_in_needed');
  const { rows } = await asActor(db, actor, (tx) => sql<{ open: boolean }>`select app.open_desk_session() as open`.execute(tx));
  if (!rows[0]?.open) throw new DomainError('second_factor_needed');
}

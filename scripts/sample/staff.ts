import { randomBytes } from 'node:crypto';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import * as OTPAuth from 'otpauth';
import pg from 'pg';
import { actorOfToken } from '#modules/identity/access-token.server.ts';
import { readAccount } from '#modules/identity/account-from-cookies.server.ts';
import { confirmFactor } from '#modules/identity/second-factor.server.ts';
import type { Account, StaffRole } from '#platform/actor.ts';
import type { Deps } from '#platform/deps.server.ts';

export type SampleAccount = { name: string; email: string; password: string; roles: StaffRole[]; secret: string | null };

/** Invented people, one of each role; two reviewers, because publishing takes two. */
const PEOPLE: readonly { name: string; login: string; roles: StaffRole[]; purposes?: string[] }[] = [
  { name: 'Amal (sample)', login: 'admin', roles: ['admin'] },
  { name: 'Rana (sample)', login: 'reviewer', roles: ['reviewer'] },
  { name: 'Yusuf (sample)', login: 'second-reviewer', roles: ['reviewer'] },
  { name: 'Leila (sample)', login: 'linguist', roles: ['linguist'] },
  { name: 'Karam (sample)', login: 'custodian', roles: ['custodian'] },
  { name: 'Dana (sample)', login: 'reader', roles: ['reader'], purposes: ['journalists'] }
];

/**
 * Makes the staff, as the person who owns the database would: nobody is at the desk yet who could invite them. A password and an
 * authenticator secret each; accounts of an earlier run get new ones.
 */
export async function hireStaff(env: Deps['env'], ownerUrl: string): Promise<SampleAccount[]> {
  const { admin } = server(env, env.SUPABASE_SECRET_KEY!).auth;
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  try {
    const staff: SampleAccount[] = [];
    for (const { name, login, roles, purposes = [] } of PEOPLE) {
      const email = `${login}@sample.example`;
      const password = randomBytes(12).toString('base64url');
      const { rows } = await owner.query<{ id: string }>('select id from auth.users where email = $1', [email]);
      if (rows[0]) await admin.deleteUser(rows[0].id);
      const { data, error } = await admin.createUser({ email, password, email_confirm: true });
      if (error) throw error;
      await owner.query("insert into account (user_id, display_name, locale) values ($1, $2, 'en')", [data.user.id, name]);
      for (const role of roles) await owner.query('insert into account_role (user_id, role) values ($1, $2)', [data.user.id, role]);
      for (const purpose of purposes)
        await owner.query('insert into reader_purpose (user_id, purpose) values ($1, $2)', [data.user.id, purpose]);
      staff.push({ name, email, password, roles, secret: null });
    }
    return staff;
  } finally {
    await owner.end();
  }
}

/** Signs somebody in, makes their authenticator known (its secret is noted in `account`) and opens the desk. */
export async function comeToDesk({ env, db }: Pick<Deps, 'env' | 'db'>, account: SampleAccount): Promise<Account> {
  const identity = server(env, env.SUPABASE_PUBLISHABLE_KEY);
  const signedIn = await identity.auth.signInWithPassword({ email: account.email, password: account.password });
  if (signedIn.error) throw signedIn.error;
  const { data: factor, error } = await identity.auth.mfa.enroll({ factorType: 'totp', friendlyName: 'sample' });
  if (error) throw error;
  account.secret = factor.totp.secret;
  await confirmFactor({ identity, env, db }, { factorId: factor.id, code: codeOf(factor.totp.secret) });
  const { data } = await identity.auth.getSession();
  const actor = await actorOfToken(env, data.session!.access_token);
  const known = actor && (await readAccount({ db }, actor, true));
  if (!known) throw new Error(`${account.email} could not come to the desk.`);
  return known;
}

/** What an authenticator app shows now. */
export const codeOf = (secret: string): string => new OTPAuth.TOTP({ secret: OTPAuth.Secret.fromBase32(secret) }).generate();

const server = (env: Deps['env'], key: string): SupabaseClient =>
  createClient(env.SUPABASE_URL, key, { auth: { persistSession: false, autoRefreshToken: false } });

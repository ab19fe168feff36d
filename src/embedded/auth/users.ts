import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { Tx } from './deps.ts';
import { emailExists, invalid, userNotFound } from './errors.ts';

type Json = Record<string, unknown>;

/** A row of auth.users, as far as the endpoints look at it. */
export type User = {
  id: string;
  aud: string;
  role: string;
  email: string;
  encrypted_password: string | null;
  email_confirmed_at: Date | null;
  invited_at: Date | null;
  confirmation_sent_at: Date | null;
  recovery_sent_at: Date | null;
  email_change: string | null;
  email_change_sent_at: Date | null;
  last_sign_in_at: Date | null;
  raw_app_meta_data: Json;
  raw_user_meta_data: Json;
  banned_until: Date | null;
  created_at: Date;
  updated_at: Date;
};

type Changes = Partial<Omit<User, 'id' | 'created_at' | 'updated_at'>>;

/** Lower-cased and not trimmed, as Supabase Auth takes it. @throws AuthError 400 `validation_failed` */
export function asEmail(text: string): string {
  if (!/^[^\s@]+@[^\s@]+\.[^\s@.]+$/.test(text) || text.length > 255) throw invalid('Unable to validate email address: invalid format');
  return text.toLowerCase();
}

export const isBanned = (user: User) => user.banned_until !== null && user.banned_until > new Date();

export async function findUser(db: pg.Pool | Tx, by: { id: string } | { email: string }): Promise<User | null> {
  const [column, value] = 'id' in by ? ['id', by.id] : ['email', by.email.toLowerCase()];
  const { rows } = await db.query<User>(`select * from auth.users where ${column} = $1`, [value]);
  return rows[0] ?? null;
}

/** Locks the row to the end of the transaction. @throws AuthError 404 `user_not_found` */
export async function lockUser(tx: Tx, id: string): Promise<User> {
  const { rows } = await tx.query<User>('select * from auth.users where id = $1 for update', [id]);
  if (!rows[0]) throw userNotFound();
  return rows[0];
}

/** @throws AuthError 422 `email_exists` */
export async function insertUser(tx: Tx, email: string, changes: Changes): Promise<User> {
  const id = randomUUID();
  const { rows } = await tx.query<User>(
    `insert into auth.users (id, email, raw_app_meta_data) values ($1, $2, '{"provider": "email", "providers": ["email"]}')
     on conflict (email) do nothing returning *`,
    [id, email]
  );
  if (!rows[0]) throw emailExists();
  await tx.query(
    `insert into auth.identities (provider_id, user_id, provider, identity_data) values ($1::text, $1::uuid, 'email',
       jsonb_build_object('sub', $1::text, 'email', $2::text, 'email_verified', false, 'phone_verified', false))`,
    [id, email]
  );
  return updateUser(tx, id, { ...changes, raw_app_meta_data: { ...rows[0].raw_app_meta_data, ...changes.raw_app_meta_data } });
}

/** Changes columns of a user, and the identity with the address. @throws AuthError 422 `email_exists` */
export async function updateUser(tx: Tx, id: string, changes: Changes): Promise<User> {
  const names = Object.keys(changes);
  const set = [...names.map((name, n) => `${name} = $${n + 2}`), 'updated_at = now()'].join(', ');
  const { rows } = await tx
    .query<User>(`update auth.users set ${set} where id = $1 returning *`, [id, ...Object.values(changes)])
    .catch((error: pg.DatabaseError) => {
      throw error.constraint === 'users_email_key' ? emailExists() : error;
    });
  const user = rows[0]!;
  await tx.query(
    `update auth.identities set updated_at = now(), last_sign_in_at = $3,
       identity_data = identity_data || jsonb_build_object('email', $2::text, 'email_verified', $4::boolean)
     where user_id = $1 and provider = 'email'`,
    [id, user.email, user.last_sign_in_at, user.email_confirmed_at !== null]
  );
  return user;
}

/** Adds the keys of `given`; null takes one away. */
export function mergeMetadata(before: Json, given: Json | undefined): Json {
  return Object.fromEntries(Object.entries({ ...before, ...given }).filter(([, value]) => value !== null));
}

type Factor = {
  id: string;
  user_id: string;
  friendly_name: string | null;
  factor_type: string;
  status: string;
  created_at: Date;
  updated_at: Date;
};
type Identity = { id: string; provider_id: string; user_id: string; identity_data: Json; provider: string; email: string } & Record<
  'last_sign_in_at' | 'created_at' | 'updated_at',
  Date | null
>;

/** The user as the API tells of them: with identities and authenticator apps, without the password's hash. */
export async function userJson(db: pg.Pool | Tx, user: User): Promise<Json> {
  const identities = await db.query<Identity>('select * from auth.identities where user_id = $1 order by created_at', [user.id]);
  const factors = await db.query<Factor>(
    `select id, friendly_name, factor_type, status, created_at, updated_at from auth.mfa_factors where user_id = $1 order by created_at`,
    [user.id]
  );
  return toJson(user, identities.rows, factors.rows);
}

/** As a list tells of them: without identities and apps. */
export const listedUserJson = (user: User): Json => toJson(user, null, []);

function toJson(user: User, identities: Identity[] | null, factors: Factor[]): Json {
  const given = [
    'invited_at',
    'confirmation_sent_at',
    'recovery_sent_at',
    'email_change_sent_at',
    'last_sign_in_at',
    'banned_until'
  ] as const;
  return {
    id: user.id,
    aud: user.aud,
    role: user.role,
    email: user.email,
    phone: '',
    ...(user.email_confirmed_at && { email_confirmed_at: user.email_confirmed_at, confirmed_at: user.email_confirmed_at }),
    ...(user.email_change && { new_email: user.email_change }),
    ...Object.fromEntries(given.flatMap((name) => (user[name] ? [[name, user[name]]] : []))),
    app_metadata: user.raw_app_meta_data,
    user_metadata: user.raw_user_meta_data,
    identities: identities?.map(({ id, provider_id, ...rest }) => ({ identity_id: id, id: provider_id, ...rest })) ?? null,
    ...(factors.length && { factors }),
    created_at: user.created_at,
    updated_at: user.updated_at,
    is_anonymous: false
  };
}

import pg from 'pg';
import { identityAdmin, type IdentityEnv } from './identity-client.server.ts';
import { accepted } from './identity-refusal.ts';

type Deps = { env: IdentityEnv; ownerUrl: string };

/**
 * The way in for the first person of an archive, for whoever started it: nobody at the desk can invite them.
 *
 * @param ownerUrl the database's owner (DATABASE_OWNER_URL): no account may yet grant roles
 * @param admin their address, which they sign in with, and the language of the page
 * @returns the link to give to them, a new one at every start until they have come; null when there is an admin
 * @throws DomainError `identity_down`
 */
export async function inviteFirstAdmin(
  { env, ownerUrl }: Deps,
  { email, locale }: { email: string; locale: 'ar' | 'en' }
): Promise<string | null> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ email: string; came: boolean }>(
      `select u.email, u.email_confirmed_at is not null as came
       from public.account_role r join auth.users u on u.id = r.user_id where r.role = 'admin' order by r.granted_at`
    );
    if (rows.some(({ came }) => came)) return null;
    const invited = rows[0]?.email ?? email;
    const redirectTo = `${env.ORIGIN}/${locale}/desk/invitation`;
    const { user, properties } = accepted(
      await identityAdmin(env).generateLink({ type: 'invite', email: invited, options: { redirectTo } })
    );
    await client.query('insert into public.account (user_id, display_name, locale) values ($1, $2, $3) on conflict do nothing', [
      user!.id,
      invited.split('@')[0],
      locale
    ]);
    await client.query("insert into public.account_role (user_id, role) values ($1, 'admin') on conflict do nothing", [user!.id]);
    return `${redirectTo}?token_hash=${properties!.hashed_token}&type=invite`;
  } finally {
    await client.end();
  }
}

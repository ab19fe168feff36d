import { randomBytes } from 'node:crypto';
import { linkMail } from './mails.ts';
import type { AuthDeps, Tx } from './deps.ts';
import { linkExpired } from './errors.ts';
import { digest } from './keys.ts';
import type { User } from './users.ts';

export type LinkType = 'invite' | 'recovery' | 'magiclink' | 'email_change';

/** `tokenHash` is what the link carries; the table holds only its digest. */
export type Link = { type: LinkType; tokenHash: string; redirectTo: string };

/** As Supabase Auth stores them: a new link of a kind ends the one before. */
const TOKEN_TYPE = {
  invite: 'confirmation_token',
  signup: 'confirmation_token',
  recovery: 'recovery_token',
  magiclink: 'recovery_token',
  email: 'recovery_token',
  email_change: 'email_change_token_new'
} as const;

export const isLinkType = (type: string): type is keyof typeof TOKEN_TYPE => Object.hasOwn(TOKEN_TYPE, type);

/** Makes a link for `user`; one of the same kind that was made before no longer works. */
export async function issueLink({ settings }: AuthDeps, tx: Tx, user: User, type: LinkType, redirectTo: string | null): Promise<Link> {
  const tokenHash = randomBytes(28).toString('hex');
  await tx.query(
    `insert into auth.one_time_tokens (user_id, token_type, token_hash, relates_to) values ($1, $2, $3, $4)
     on conflict (user_id, token_type) do update set token_hash = excluded.token_hash, created_at = now(), updated_at = now()`,
    [user.id, TOKEN_TYPE[type], digest(tokenHash), type]
  );
  return { type, tokenHash, redirectTo: allowedRedirect(settings, redirectTo) };
}

/**
 * Uses a link up.
 * @returns the user's id
 * @throws AuthError 403 `otp_expired`: used, superseded, of another kind, too old
 */
export async function redeemLink({ settings }: AuthDeps, tx: Tx, tokenHash: string, type: keyof typeof TOKEN_TYPE): Promise<string> {
  const life = type === 'invite' || type === 'signup' ? settings.life.invitation : settings.life.recovery;
  const { rows } = await tx.query<{ user_id: string; fresh: boolean }>(
    `delete from auth.one_time_tokens where token_hash = $1 and token_type = $2
     returning user_id, created_at > now() - make_interval(secs => $3) as fresh`,
    [digest(tokenHash), TOKEN_TYPE[type], life]
  );
  if (!rows[0]?.fresh) throw linkExpired();
  return rows[0].user_id;
}

/** Sends the link on its way to `user`, or to `to` where that is another address of theirs. */
export async function mailLink(
  { post, settings }: Pick<AuthDeps, 'post' | 'settings'>,
  user: User,
  link: Link,
  to = user.email
): Promise<void> {
  const { type } = link;
  const seconds = type === 'invite' ? settings.life.invitation : settings.life.recovery;
  const goodUntil = new Date(Date.now() + seconds * 1_000);
  await post({ to, ...linkMail(type, pageLink(link)), kind: type, accountId: user.id, goodUntil });
}

/**
 * The link to the page that asks before it uses the token up: programs that open every link in a mail would otherwise use it.
 * A template for Supabase Auth says the same: {{ .RedirectTo }}?token_hash={{ .TokenHash }}&type=…
 */
function pageLink({ type, tokenHash, redirectTo }: Link): string {
  const url = new URL(redirectTo);
  url.searchParams.set('token_hash', tokenHash);
  url.searchParams.set('type', type);
  return url.href;
}

/** The link that Supabase Auth itself gives: it uses the token up and goes on to `redirectTo`. */
export function actionLink({ siteUrl }: AuthDeps['settings'], { type, tokenHash, redirectTo }: Link): string {
  return `${siteUrl}/auth/v1/verify?${new URLSearchParams({ token: tokenHash, type, redirect_to: redirectTo })}`;
}

/** Somewhere of ours, or the site itself: a link must not lead a signed-in person to a stranger. */
export function allowedRedirect({ siteUrl, allowedOrigins }: AuthDeps['settings'], wanted: string | null): string {
  return wanted && URL.canParse(wanted) && allowedOrigins.includes(new URL(wanted).origin) ? wanted : siteUrl;
}

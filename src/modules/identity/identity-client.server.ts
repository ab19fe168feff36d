import { createServerClient } from '@supabase/ssr';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import type { Cookies } from '@sveltejs/kit';
import type { Env } from '#platform/env.ts';
import { DomainError } from '#platform/errors.ts';

/** Says nothing of what it is for, nor of what made it. */
export const ACCOUNT_COOKIE = 'account';

export type AccountCookies = Pick<Cookies, 'getAll' | 'set'>;
export type IdentityEnv = Pick<Env, 'SUPABASE_URL' | 'SUPABASE_PUBLISHABLE_KEY' | 'SUPABASE_SECRET_KEY' | 'SUPABASE_JWT_SECRET' | 'ORIGIN'>;

/** Supabase Auth for the person behind one request; their session lives in the request's cookies and in no script's reach. */
export function identityClient(env: IdentityEnv, cookies: AccountCookies): SupabaseClient {
  return createServerClient(env.SUPABASE_URL, env.SUPABASE_PUBLISHABLE_KEY, {
    cookieOptions: { name: ACCOUNT_COOKIE },
    cookies: {
      encode: 'tokens-only',
      getAll: () => cookies.getAll(),
      setAll(changed) {
        // No age: the session ends with the browser. Age 0 is how a cookie is taken away.
        for (const { name, value, options } of changed) {
          cookies.set(name, value, {
            path: '/',
            httpOnly: true,
            sameSite: 'lax',
            secure: env.ORIGIN.startsWith('https:'),
            ...(options.maxAge === 0 && { maxAge: 0 })
          });
        }
      }
    }
  });
}

/** For what needs nobody's session: asking for a link. */
export function identityVisitor(env: IdentityEnv): SupabaseClient {
  return createClient(env.SUPABASE_URL, env.SUPABASE_PUBLISHABLE_KEY, { auth: { persistSession: false, autoRefreshToken: false } });
}

/** With the secret key. Whoever calls has checked that the actor is an admin at the desk. @throws DomainError `identity_down` without a key */
export function identityAdmin(env: IdentityEnv): SupabaseClient['auth']['admin'] {
  if (!env.SUPABASE_SECRET_KEY) throw new DomainError('identity_down');
  return createClient(env.SUPABASE_URL, env.SUPABASE_SECRET_KEY, { auth: { persistSession: false, autoRefreshToken: false } }).auth.admin;
}

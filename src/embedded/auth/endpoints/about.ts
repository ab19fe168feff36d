import type { AuthDeps } from '../deps.ts';
import type { Route } from '../http.ts';

/** What may be known without a key: the public keys, that the server and its database answer, what it offers. */
export const aboutRoutes: Route<AuthDeps>[] = [
  {
    method: 'GET',
    path: '/.well-known/jwks.json',
    async handle({ keys }) {
      return { status: 200, body: keys.jwks, headers: { 'cache-control': 'public, max-age=600' } };
    }
  },
  {
    method: 'GET',
    path: '/health',
    async handle({ db }) {
      await db.query('select 1');
      return { status: 200, body: { version: 'embedded', name: 'GoTrue', description: 'Sawt’s local auth server' } };
    }
  },
  {
    method: 'GET',
    path: '/settings',
    async handle() {
      return {
        status: 200,
        body: { external: { email: true, phone: false }, disable_signup: true, mailer_autoconfirm: false, mfa_enabled: true }
      };
    }
  }
];

import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { Secret, TOTP } from 'otpauth';
import { apiKeys, loadKeys } from '#embedded/auth/keys.ts';
import { startAuthServer } from '#embedded/auth/server.ts';
import { readSettings } from '#embedded/auth/settings.ts';
import type { TestDatabase } from '#tests/database.ts';

export type IdentityServer = {
  url: string;
  publishableKey: string;
  secretKey: string;
  /** Text of every mail so far, oldest first; only where mails lie in a folder. */
  mails: () => Promise<string[]>;
  close: () => Promise<void>;
};

/** The local auth server over a test's database, with real keys, on a free port; `env` overrides settings. */
export async function identityServer(database: TestDatabase, env: Record<string, string> = {}): Promise<IdentityServer> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'sawt-auth-'));
  await chmod(dataDir, 0o755);
  const settings = readSettings({
    AUTH_DATABASE_URL: database.authUrl,
    SAWT_DATA: dataDir,
    ORIGIN: 'http://localhost:8700',
    ...env
  });
  const server = await startAuthServer(settings);
  const keys = await apiKeys(await loadKeys(settings.dataDir, settings.jwtSecret));
  return {
    url: server.url,
    publishableKey: keys.publishable,
    secretKey: keys.secret,
    async mails() {
      await server.settled();
      const names = await readdir(settings.outbox).catch(() => []);
      return Promise.all(names.sort().map((name) => readFile(path.join(settings.outbox, name), 'utf8')));
    },
    async close() {
      await server.close();
      await rm(dataDir, { recursive: true, force: true });
    }
  };
}

/** A client that keeps its session in memory and refreshes only when told to. */
export function clientOf(url: string, key: string): SupabaseClient {
  return createClient(url, key, { auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false } });
}

const STEP_MS = 30_000;

/** What an authenticator app shows; a code counts once, so a second one within 30 seconds is taken one step ahead. */
export function codeOf(secret: string, stepsAhead = 0): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + stepsAhead * STEP_MS });
}

/** Half a minute is one step of an authenticator app. Resolves when the present step lasts some seconds more, so that a code made now is still good when it arrives. */
export async function steadyCodes(): Promise<void> {
  const left = STEP_MS - (Date.now() % STEP_MS);
  if (left < 8_000) await wait(left);
}

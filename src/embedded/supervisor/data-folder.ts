import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { enterableFolder } from '../postgres/system-user.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');

/**
 * Where the archive keeps everything: `SAWT_DATA` as it is, else `data` in the project, or, when the embedded Postgres could
 * not enter that (a project under /root), a folder in /var/lib that only depends on the project's path.
 *
 * @returns the folder, and whether it is not where one would look first
 */
export async function dataFolder(env: NodeJS.ProcessEnv = process.env): Promise<{ folder: string; elsewhere: boolean }> {
  if (env.SAWT_DATA) return { folder: path.resolve(env.SAWT_DATA), elsewhere: false };
  const preferred = path.join(ROOT, 'data');
  const folder = env.DATABASE_URL ? preferred : await enterableFolder(preferred);
  return { folder, elsewhere: folder !== preferred };
}

const Secrets = v.object({
  /** Salt of receipts and key of upload tokens: whoever changes it shuts out every contributor. 32 bytes, hex. */
  secret: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  webPassword: v.string(),
  workerPassword: v.string(),
  authPassword: v.string()
});
export type Secrets = v.InferOutput<typeof Secrets>;

/** The installation's own secrets, made at the first start, readable by its user only. */
export function keptSecrets(folder: string): Secrets {
  const file = path.join(folder, 'secrets.json');
  let kept: string | null = null;
  try {
    kept = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  if (kept !== null) return v.parse(Secrets, JSON.parse(kept));
  const password = () => randomBytes(24).toString('base64url');
  const secrets = {
    secret: randomBytes(32).toString('hex'),
    webPassword: password(),
    workerPassword: password(),
    authPassword: password()
  };
  writePrivately(file, JSON.stringify(secrets, null, 2));
  return secrets;
}

/** Names in the written settings that were chosen by a start itself: true only while that one runs. */
export const OWN_SETTINGS = 'SAWT_OWN_SETTINGS';

const fileOfEnvironment = (folder: string) => path.join(folder, 'archive.env');

/** Writes down how to reach everything, for `npm run sample` and its like. */
export function writeEnvironment(folder: string, environment: Record<string, string>): void {
  const lines = Object.entries(environment).map(([name, value]) => `${name}=${JSON.stringify(value)}\n`);
  writePrivately(fileOfEnvironment(folder), lines.join(''));
}

/** What the last start wrote down; null before the first. */
export function readEnvironment(folder: string): Record<string, string> | null {
  let text: string;
  try {
    text = readFileSync(fileOfEnvironment(folder), 'utf8');
  } catch {
    return null;
  }
  return Object.fromEntries(
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => {
        const cut = line.indexOf('=');
        return [line.slice(0, cut), JSON.parse(line.slice(cut + 1)) as string];
      })
  );
}

/** Makes the folders that parts write to. Media and uploads are for our own user; only `postgres/` is entered by another. */
export function makeFolders(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  for (const name of ['auth', 'media', 'uploads', 'outbox', 'models', 'logs'])
    mkdirSync(path.join(folder, name), { recursive: true, mode: 0o700 });
}

function writePrivately(file: string, text: string): void {
  const partial = `${file}.${randomBytes(4).toString('hex')}`;
  writeFileSync(partial, text, { mode: 0o600 });
  renameSync(partial, file);
}

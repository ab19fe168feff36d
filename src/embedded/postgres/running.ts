import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Stops a Postgres that outlived the process that started it (kill -9, power of the supervisor lost), and clears a pid file
 * whose number now belongs to someone else, as happens in restarted containers.
 *
 * @param cluster the folder with PG_VERSION
 * @returns whether one was stopped
 * @throws Error when it still has a living Node above it: the archive is already running from this folder
 */
export async function reapOrphan(cluster: string): Promise<boolean> {
  const pidFile = path.join(cluster, 'postmaster.pid');
  const pid = Number((await readFile(pidFile, 'utf8').catch(() => '')).split('\n')[0]);
  if (!pid) return false;
  if (!isAlive(pid) || !(await commandOf(pid)).includes(cluster)) {
    await rm(pidFile, { force: true });
    return false;
  }
  const parent = await parentOf(pid);
  if (parent > 1 && /(^|\/)node\d*(\s|$)/.test((await commandOf(parent)).split(' ')[0] ?? '')) {
    throw new Error(`The database in ${cluster} is already run by process ${parent}. Stop that one first, or use another SAWT_DATA.`);
  }
  process.kill(pid, 'SIGINT');
  for (const started = Date.now(); isAlive(pid); await wait(25)) {
    if (Date.now() - started > 10_000) process.kill(pid, 'SIGQUIT');
    if (Date.now() - started > 20_000) throw new Error(`Postgres (process ${pid}) in ${cluster} does not stop.`);
  }
  return true;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Words of the command line, by spaces; empty when unknown. */
async function commandOf(pid: number): Promise<string> {
  const fromProc = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => null);
  if (fromProc !== null) return fromProc.replaceAll('\0', ' ').trim();
  return (await run('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => ({ stdout: '' }))).stdout.trim();
}

async function parentOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => null);
  if (status !== null) return Number(/^PPid:\s*(\d+)/m.exec(status)?.[1] ?? 0);
  return Number((await run('ps', ['-o', 'ppid=', '-p', String(pid)]).catch(() => ({ stdout: '0' }))).stdout);
}

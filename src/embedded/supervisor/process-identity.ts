import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process that can be told from a later one with the same number. */
export type ProcessIdentity = { pid: number; startedAt: string };

/** When the process began, in a form that only serves comparing; null when there is no such process. */
export function startOf(pid: number): string | null {
  if (process.platform === 'linux') {
    try {
      // proc(5): the second field is a name in brackets that may hold spaces, so count from its end: state, …, start time.
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
      // A zombie has ended; it only waits for a parent that never asks.
      return fields[0] === 'Z' || fields[0] === 'X' ? null : fields[19]!;
    } catch {
      return null;
    }
  }
  try {
    return (
      execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim() || null
    );
  } catch {
    return null;
  }
}

export const identify = (pid: number): ProcessIdentity => ({ pid, startedAt: startOf(pid) ?? '' });

export const isStillRunning = ({ pid, startedAt }: ProcessIdentity): boolean => startedAt !== '' && startOf(pid) === startedAt;

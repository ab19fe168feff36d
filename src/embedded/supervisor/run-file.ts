import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import * as v from 'valibot';
import { identify, isStillRunning, type ProcessIdentity } from './process-identity.ts';

const Identity = v.object({ pid: v.number(), startedAt: v.string() });
const Run = v.object({ supervisor: Identity, parts: v.record(v.string(), Identity) });

/** Who runs from a data folder: `run.json` in it. */
export type RunFile = {
  /** Remembers a part's process, so that the next start finds it if we are killed. */
  note: (part: string, pid: number) => void;
  release: () => void;
};

const fileIn = (dataDir: string) => path.join(dataDir, 'run.json');

function read(dataDir: string): v.InferOutput<typeof Run> | null {
  try {
    return v.parse(Run, JSON.parse(readFileSync(fileIn(dataDir), 'utf8')));
  } catch {
    // Missing, or cut short by a lost power: nobody has it.
    return null;
  }
}

/** The supervisor that runs from this folder now, or null. */
export function runningSupervisor(dataDir: string): ProcessIdentity | null {
  const run = read(dataDir);
  return run && isStillRunning(run.supervisor) ? run.supervisor : null;
}

/**
 * Takes the data folder for this process. What a killed predecessor left running is stopped first; its own file is no lock
 * any more, because its process is gone.
 *
 * @returns the file, and the names of the parts that had to be stopped
 * @throws Error when a living supervisor has the folder
 */
export async function takeFolder(dataDir: string): Promise<{ run: RunFile; stopped: string[] }> {
  mkdirSync(dataDir, { recursive: true, mode: 0o755 });
  const before = read(dataDir);
  if (before && before.supervisor.pid !== process.pid && isStillRunning(before.supervisor)) {
    throw new Error(
      `The archive in ${dataDir} is already running (process ${before.supervisor.pid}). Stop that one first, or give this one its own SAWT_DATA.`
    );
  }
  const orphans = Object.entries(before?.parts ?? {}).filter(([, part]) => isStillRunning(part));
  await Promise.all(orphans.map(([, part]) => stopGroup(part)));

  const parts: Record<string, ProcessIdentity> = {};
  const supervisor = identify(process.pid);
  const write = () => {
    const partial = `${fileIn(dataDir)}.${randomBytes(4).toString('hex')}`;
    writeFileSync(partial, JSON.stringify({ supervisor, parts }), { mode: 0o600 });
    renameSync(partial, fileIn(dataDir));
  };
  write();
  return {
    run: {
      note(part, pid) {
        parts[part] = identify(pid);
        write();
      },
      release: () => rmSync(fileIn(dataDir), { force: true })
    },
    stopped: orphans.map(([name]) => name)
  };
}

/** Every part leads a process group of its own: what it started goes with it. */
async function stopGroup(part: ProcessIdentity): Promise<void> {
  signalGroup(part.pid, 'SIGTERM');
  for (const began = Date.now(); isStillRunning(part) && Date.now() - began < 5_000;) await wait(50);
  if (isStillRunning(part)) signalGroup(part.pid, 'SIGKILL');
}

/** Sends to the group that `pid` leads; one that is gone needs no signal. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

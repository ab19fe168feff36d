import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, copyFileSync, openSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { signalGroup } from './run-file.ts';

/** A process to keep running. */
export type Part = {
  name: string;
  command: string;
  args: string[];
  /** The whole environment: a part sees no other part's secrets. */
  env: NodeJS.ProcessEnv;
  /** Gets its output, one JSON line per event. */
  logFile: string;
  /** Answers 2xx when it is up. Without one, a process that lives is up. */
  healthUrl?: string;
  /** Milliseconds that the first answer may take. */
  patience?: number;
};

export type SupervisorEvent =
  | { event: 'started'; part: string; pid: number }
  | { event: 'ready'; part: string; ms: number }
  | { event: 'died'; part: string; code: number | null; signal: string | null; again_in_ms: number }
  | { event: 'hung'; part: string };

export type Supervised = {
  name: string;
  pid: () => number | undefined;
  /** Resolves when it first answers; rejects with the end of its log when it does not within its patience. */
  ready: Promise<void>;
  /** SIGTERM, and SIGKILL for what is not gone after `grace` milliseconds. */
  stop: (grace?: number) => Promise<void>;
};

const FIRST_DELAY = 250;
const LONGEST_DELAY = 30_000;
/** Deaths in a row, before the first answer, that show that it will never come up. */
const HOPELESS_AFTER = 5;
/** Who lived this long has recovered: the next crash counts as the first. */
const RECOVERED_AFTER = 60_000;
const HEALTH_EVERY = 10_000;
/** The speech engine may be slow to answer while both cores are at work. */
const HEALTH_TIMEOUT = 15_000;
const FAILURES_TO_RESTART = 4;
const LOG_LIMIT = 20_000_000;

/** Starts `part` and keeps it running until stopped: restarts with growing delays, and when it lives but no longer answers. */
export function supervise(part: Part, onEvent: (event: SupervisorEvent) => void = () => undefined): Supervised {
  let child: ChildProcess | null = null;
  let stopping = false;
  let delay = FIRST_DELAY;
  let deaths = 0;
  let restart: NodeJS.Timeout | undefined;
  const until = new AbortController();

  const launch = () => {
    const began = Date.now();
    const log = openSync(part.logFile, 'a', 0o600);
    const started = spawn(part.command, part.args, { env: part.env, stdio: ['ignore', log, log], detached: true });
    closeSync(log);
    child = started;
    if (started.pid) onEvent({ event: 'started', part: part.name, pid: started.pid });
    let over = false;
    const ended = (code: number | null, signal: string | null) => {
      if (over) return;
      over = true;
      child = null;
      deaths += 1;
      if (stopping) return;
      if (Date.now() - began > RECOVERED_AFTER) delay = FIRST_DELAY;
      onEvent({ event: 'died', part: part.name, code, signal, again_in_ms: delay });
      restart = setTimeout(launch, delay);
      delay = Math.min(delay * 2, LONGEST_DELAY);
    };
    started.once('exit', ended);
    started.once('error', () => ended(null, null));
  };

  const ready = (async () => {
    const began = Date.now();
    launch();
    const patience = part.patience ?? 60_000;
    for (;;) {
      if (stopping) throw new Error(`${part.name} was stopped before it was up.`);
      if (part.healthUrl ? await answers(part.healthUrl, 2_000) : child !== null && Date.now() - began > 300) break;
      if (Date.now() - began > patience || deaths >= HOPELESS_AFTER)
        throw new Error(`${part.name} does not come up. The end of ${part.logFile}:\n${logTail(part.logFile)}`);
      await wait(40);
    }
    onEvent({ event: 'ready', part: part.name, ms: Date.now() - began });
    void watch(part, until.signal, () => {
      onEvent({ event: 'hung', part: part.name });
      if (child?.pid) signalGroup(child.pid, 'SIGKILL');
    });
  })();
  // Whoever awaits it gets the reason; whoever stops us before that must not die of it.
  ready.catch(() => undefined);

  return {
    name: part.name,
    pid: () => child?.pid,
    ready,
    async stop(grace = 15_000) {
      stopping = true;
      until.abort();
      clearTimeout(restart);
      const last = child;
      if (!last?.pid || last.exitCode !== null || last.signalCode !== null) return;
      const gone = new Promise<void>((resolve) => last.once('exit', () => resolve()));
      signalGroup(last.pid, 'SIGTERM');
      const hurry = setTimeout(() => signalGroup(last.pid!, 'SIGKILL'), grace);
      await gone;
      clearTimeout(hurry);
    }
  };
}

/** Looks in now and then: at the health of a part that has an address for it, and at the length of its log. */
async function watch(part: Part, signal: AbortSignal, onHung: () => void): Promise<void> {
  let failures = 0;
  for (;;) {
    try {
      await wait(HEALTH_EVERY, undefined, { signal, ref: false });
    } catch {
      return;
    }
    shorten(part.logFile);
    if (!part.healthUrl) continue;
    failures = (await answers(part.healthUrl, HEALTH_TIMEOUT)) ? 0 : failures + 1;
    if (failures >= FAILURES_TO_RESTART) {
      failures = 0;
      onHung();
    }
  }
}

async function answers(url: string, timeout: number): Promise<boolean> {
  try {
    const { ok } = await fetch(url, { signal: AbortSignal.timeout(timeout) });
    return ok;
  } catch {
    return false;
  }
}

/** The part appends to the file it was given, so the file is copied and emptied, never renamed. */
function shorten(file: string): void {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) <= LOG_LIMIT) return;
  copyFileSync(file, `${file}.1`);
  truncateSync(file);
}

function logTail(file: string): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-12).join('\n');
  } catch {
    return '(empty)';
  }
}

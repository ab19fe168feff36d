import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { installTranscriber } from '#embedded/transcriber/install.mjs';

/** Where the speech engine is installed for tests, once for all runs: it is half a gigabyte. */
export const TEST_CACHE = process.env.SAWT_TEST_CACHE ?? path.join(tmpdir(), 'sawt-test-cache');

export type EngineProcess = {
  url: string;
  pid: number;
  /** The log line that tells this event for the nth time (the first by default), once it is there. */
  logged(event: string, nth?: number): Promise<Record<string, unknown>>;
  /** How often it told this event so far. */
  count(event: string): number;
  /** Everything it printed so far. */
  printed(): string;
  stop(): Promise<void>;
};

/** The starter speech engine as a process of its own, its model loaded. Installs it first where it is not. */
export async function startTranscriber(environment: Record<string, string> = {}): Promise<EngineProcess> {
  const installed = await installTranscriber({ data: TEST_CACHE, say: (line) => console.log(line) });
  if (!installed.ok) throw new Error(installed.reason);
  const engine = await start(installed.python, [installed.server], { SAWT_DATA: TEST_CACHE, ...environment });
  await engine.logged('ready');
  return engine;
}

/** The starter translator as a process of its own. */
export const startTranslator = (): Promise<EngineProcess> =>
  start(process.execPath, [path.resolve(import.meta.dirname, '../../src/embedded/translator/main.ts')], {});

async function start(program: string, args: string[], environment: Record<string, string>): Promise<EngineProcess> {
  const env = { PATH: process.env.PATH ?? '', PORT: '0', ...environment };
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    for (const look of waiting) look();
  });

  const told = (event: string) => lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter((line) => line.event === event);
  const logged = (event: string, nth = 1) =>
    new Promise<Record<string, unknown>>((done, failed) => {
      const look = () => {
        const found = told(event)[nth - 1];
        if (!found) return;
        waiting.delete(look);
        done(found);
      };
      waiting.add(look);
      child.once('exit', (code) => failed(new Error(`ended with ${code} before it said ${event}`)));
      look();
    });

  const { port } = await logged('listening');
  return {
    url: `http://127.0.0.1:${port as number}`,
    pid: child.pid!,
    logged,
    count: (event) => told(event).length,
    printed: () => lines.join('\n'),
    stop: () => stop(child)
  };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

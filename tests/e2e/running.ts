import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { readEnvironment } from '#embedded/supervisor/data-folder.ts';

type Part = 'auth' | 'transcriber' | 'translator' | 'web' | 'worker';

/** The archive of this run. */
export const origin = () => named('SAWT_TEST_ORIGIN');
export const dataFolder = () => named('SAWT_TEST_FOLDER');

/** Its settings, database logins included: for looking behind the pages. */
export function settings(): Record<string, string> {
  const kept = readEnvironment(dataFolder());
  if (!kept) throw new Error('The archive has not written its settings down.');
  return kept;
}

/** Whether this machine has a speech engine; journeys that need its words say so and are counted as skipped without it. */
export const hasTranscriber = () => Boolean(settings().TRANSCRIBER_URL);

/** Kills a part with SIGKILL, as a lost machine would, and resolves when the supervisor has started it again. */
export async function killPart(part: Part): Promise<void> {
  const before = pidOf(part);
  process.kill(-before, 'SIGKILL');
  for (const began = Date.now(); pidOf(part) === before; await wait(50)) {
    if (Date.now() - began > 20_000) throw new Error(`${part} was not started again.`);
  }
}

function pidOf(part: Part): number {
  const file = path.join(dataFolder(), 'run.json');
  const { parts } = JSON.parse(readFileSync(file, 'utf8')) as { parts: Record<string, { pid: number }> };
  const running = parts[part];
  if (!running) throw new Error(`${part} does not run.`);
  return running.pid;
}

function named(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: journeys run under Playwright's global setup.`);
  return value;
}

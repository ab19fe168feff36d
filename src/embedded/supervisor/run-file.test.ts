import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { identify, startOf } from './process-identity.ts';
import { runningSupervisor, takeFolder } from './run-file.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'sawt-run-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const idle = () => spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
const write = (run: object) => writeFileSync(path.join(folder, 'run.json'), JSON.stringify(run));

it('refuses a folder that a living supervisor has', async () => {
  const other = idle();
  write({ supervisor: identify(other.pid!), parts: {} });
  await expect(takeFolder(folder)).rejects.toThrow(`process ${other.pid}`);
  expect(runningSupervisor(folder)).toMatchObject({ pid: other.pid });
  other.kill();
  await once(other, 'exit');
  expect(runningSupervisor(folder)).toBeNull();
});

it('takes over from a killed supervisor and stops what it left running', async () => {
  const orphan = idle();
  write({ supervisor: { pid: 999_999_999, startedAt: '1' }, parts: { worker: identify(orphan.pid!) } });
  const { stopped, run } = await takeFolder(folder);
  expect(stopped).toEqual(['worker']);
  expect(startOf(orphan.pid!)).toBeNull();
  run.release();
  expect(runningSupervisor(folder)).toBeNull();
});

it('leaves alone a stranger who got the number of an old part', async () => {
  const stranger = idle();
  write({ supervisor: { pid: 999_999_999, startedAt: '1' }, parts: { worker: { pid: stranger.pid!, startedAt: 'earlier' } } });
  expect((await takeFolder(folder)).stopped).toEqual([]);
  expect(startOf(stranger.pid!)).not.toBeNull();
  stranger.kill();
});

it('takes a folder whose file was cut short by a lost power', async () => {
  writeFileSync(path.join(folder, 'run.json'), '{"supervisor":');
  const { run } = await takeFolder(folder);
  run.note('web', process.pid);
  expect(runningSupervisor(folder)).toMatchObject({ pid: process.pid });
});

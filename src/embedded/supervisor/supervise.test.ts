import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { freePort } from './ports.ts';
import { startOf } from './process-identity.ts';
import { supervise, type Part, type SupervisorEvent } from './supervise.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'sawt-supervise-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function part(name: string, script: string, more: Partial<Part> = {}): Part {
  return {
    name,
    command: process.execPath,
    args: ['-e', script],
    env: { PATH: process.env.PATH },
    logFile: path.join(folder, `${name}.log`),
    ...more
  };
}

it('starts a crashed part again, with growing delays, and stops it for good', async () => {
  const events: SupervisorEvent[] = [];
  const supervised = supervise(part('crasher', 'setTimeout(() => process.exit(3), 350)'), (event) => events.push(event));
  await supervised.ready;
  const died = () => events.filter((event) => event.event === 'died');
  await vi.waitFor(() => expect(died()).toHaveLength(2), { timeout: 10_000 });
  await supervised.stop();
  expect(died()).toMatchObject([
    { code: 3, again_in_ms: 250 },
    { code: 3, again_in_ms: 500 }
  ]);
  const started = events.filter((event) => event.event === 'started').length;
  expect(started).toBeGreaterThanOrEqual(2);
  expect(supervised.pid()).toBeUndefined();
});

it('is ready when the health address answers, and takes along what a part started', async () => {
  const port = await freePort();
  const script = `
    const grandchild = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    console.log('grandchild', grandchild.pid);
    setTimeout(() => require('node:http').createServer((req, res) => res.end()).listen(${port}, '127.0.0.1'), 200);`;
  const supervised = supervise(part('server', script, { healthUrl: `http://127.0.0.1:${port}/health` }));
  await supervised.ready;
  const grandchild = Number(/grandchild (\d+)/.exec(readFileSync(path.join(folder, 'server.log'), 'utf8'))?.[1]);
  expect(startOf(grandchild)).not.toBeNull();
  await supervised.stop();
  await vi.waitFor(() => expect(startOf(grandchild)).toBeNull());
});

it('says what a part that never comes up wrote last', async () => {
  const supervised = supervise(
    part('mute', 'console.log("no model here"); setInterval(() => {}, 1000)', { healthUrl: 'http://127.0.0.1:9/', patience: 400 })
  );
  await expect(supervised.ready).rejects.toThrow('no model here');
  await supervised.stop();
});

it('kills a part that ignores SIGTERM', async () => {
  const supervised = supervise(part('deaf', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)'));
  await supervised.ready;
  const pid = supervised.pid()!;
  await supervised.stop(200);
  expect(startOf(pid)).toBeNull();
});

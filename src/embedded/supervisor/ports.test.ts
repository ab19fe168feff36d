import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { freePort, nextFreePort } from './ports.ts';

const inAnotherProcess = (port: number): number =>
  Number(
    execFileSync(process.execPath, [
      '--input-type=module',
      '-e',
      `import { nextFreePort } from ${JSON.stringify(new URL('ports.ts', import.meta.url).href)}; console.log(await nextFreePort(${port}, '127.0.0.1'))`
    ]).toString()
  );

it('gives two archives that start at the same moment two ports, and a port back when its archive has ended', async () => {
  const wanted = await freePort();
  const first = inAnotherProcess(wanted);
  expect(inAnotherProcess(wanted), 'the first has ended').toBe(first);
  const ours = await nextFreePort(wanted, '127.0.0.1');
  expect(await nextFreePort(wanted, '127.0.0.1'), 'asked twice').toBe(ours);
  expect(inAnotherProcess(wanted), 'while we hold it, though nothing listens').toBeGreaterThan(ours);
});

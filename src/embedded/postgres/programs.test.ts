import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readdir, rm, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { hydrate, programsFor } from './programs.ts';
import { systemUser } from './system-user.ts';

const run = promisify(execFile);
const home = await mkdtemp(path.join(tmpdir(), 'sawt-programs-'));
afterAll(() => rm(home, { recursive: true, force: true }));

it('makes the links and executable bits that npm left out, once', async () => {
  const installed = path.join(path.dirname((await programsFor(null, home)).postgres), '..');
  const copy = path.join(home, 'native');
  await cp(installed, copy, { recursive: true, verbatimSymlinks: true });
  for (const entry of await readdir(path.join(copy, 'lib'), { withFileTypes: true })) {
    if (entry.isSymbolicLink()) await unlink(path.join(copy, 'lib', entry.name));
  }
  await chmod(path.join(copy, 'bin', 'postgres'), 0o644);

  expect(await hydrate(copy)).toBeGreaterThan(10);
  expect(await hydrate(copy)).toBe(0);
  expect((await run(path.join(copy, 'bin', 'postgres'), ['--version'])).stdout).toMatch(/^postgres \(PostgreSQL\) 17/);
});

it.runIf(process.getuid?.() === 0)(
  'copies the programs to where the user postgres may run them when it may not enter node_modules',
  async () => {
    const user = (await systemUser())!;
    const installed = path.join(path.dirname((await programsFor(null, home)).postgres), '..', '..');
    const closed = path.join(home, 'closed');
    await mkdir(closed, { mode: 0o700 });
    await cp(installed, path.join(closed, 'package'), { recursive: true, verbatimSymlinks: true });
    await chmod(home, 0o755);

    const { postgres } = await programsFor(user, home, path.join(closed, 'package', 'native'));
    expect(postgres.startsWith(path.join(home, 'programs-'))).toBe(true);
    expect((await run(postgres, ['--version'], { ...user, cwd: '/' })).stdout).toMatch(/PostgreSQL/);
  }
);

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

const run = promisify(execFile);
const script = path.join(import.meta.dirname, 'install.mjs');
const cache = process.env.SAWT_TEST_CACHE ?? path.join(tmpdir(), 'sawt-test-cache');

type Result = { ok: boolean; code?: string; reason?: string; remedy?: string; model?: string };

async function install(data: string, environment: Record<string, string> = {}): Promise<Result & { exit: number }> {
  const ran = await run(process.execPath, [script, data], { env: { ...process.env, ...environment } }).catch(
    (error: { stdout: string; code: number }) => error
  );
  return { ...(JSON.parse(ran.stdout) as Result), exit: 'code' in ran ? ran.code : 0 };
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sawt-install-'));
  await install(cache);
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

it('finds what is installed in under a second', async () => {
  const began = performance.now();
  expect(await install(cache)).toMatchObject({ ok: true, exit: 0, model: path.join(cache, 'models', 'whisper-base') });
  expect(performance.now() - began).toBeLessThan(1_000);
});

it('says what to install where there is no Python', async () => {
  const none = await install(path.join(folder, 'none'), { PATH: folder, SAWT_SYSTEM_PYTHON: path.join(folder, 'python3') });
  expect(none).toMatchObject({ ok: false, exit: 1, code: 'no_python', remedy: 'apt-get install python3 python3-venv' });
});

it('says what to install where Python lacks its venv module, as on a bare Debian', async () => {
  await writeFile(path.join(folder, 'python3'), '#!/bin/sh\necho "ModuleNotFoundError: No module named \'ensurepip\'" >&2\nexit 1\n', {
    mode: 0o755
  });
  const without = await install(path.join(folder, 'without'), {
    PATH: folder,
    SAWT_SYSTEM_PYTHON: path.join(folder, 'python3')
  });
  expect(without).toMatchObject({ ok: false, exit: 1, code: 'no_venv', remedy: 'apt-get install python3 python3-venv' });
});

it('says that the packages could not be had when there is no way to PyPI', async () => {
  const offline = await install(path.join(folder, 'offline'), {
    PIP_INDEX_URL: 'http://127.0.0.1:9/simple',
    PIP_RETRIES: '0',
    PIP_FIND_LINKS: ''
  });
  expect(offline).toMatchObject({ ok: false, exit: 1, code: 'packages_not_installed' });
  expect(offline.reason).toContain('install.log');
});

it('says so when WHISPER_MODEL names a folder without a model', async () => {
  expect(await install(cache, { WHISPER_MODEL: folder })).toMatchObject({ ok: false, exit: 1, code: 'no_model' });
});

it('takes over from an installation that was killed', async () => {
  await writeFile(path.join(cache, 'transcriber', 'install.lock'), '999999999');
  expect(await install(cache)).toMatchObject({ ok: true });
});

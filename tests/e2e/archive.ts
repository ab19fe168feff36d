import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startArchive } from '#embedded/supervisor/archive.ts';
import { freePort } from '#embedded/supervisor/ports.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

/**
 * Playwright's global setup: a whole archive as `npm start` runs it, with data of its own, from the pages as they are now.
 * The journeys find it through `running.ts`.
 */
export default async function (): Promise<() => Promise<void>> {
  const built = spawnSync(process.execPath, [path.join(ROOT, 'scripts/build.mjs')], { stdio: 'inherit' });
  if (built.status !== 0) throw new Error('The pages could not be built.');

  const folder = await mkdtemp(path.join(tmpdir(), 'sawt-journeys-'));
  await chmod(folder, 0o755);
  const archive = await startArchive({
    folder,
    speechFolder: process.env.SAWT_TEST_CACHE ?? path.join(tmpdir(), 'sawt-test-cache'),
    env: { ...process.env, NODE_ENV: 'production', PORT: String(await freePort()), ORIGIN: '', SAWT_SAMPLE: '1' }
  });
  process.env.SAWT_TEST_ORIGIN = archive.origin;
  process.env.SAWT_TEST_FOLDER = folder;
  return async () => {
    await archive.stop();
    if (!process.env.SAWT_TEST_KEEP) await rm(folder, { recursive: true, force: true });
  };
}

import { startArchive } from '#embedded/supervisor/archive.ts';
import { OWN_SETTINGS } from '#embedded/supervisor/data-folder.ts';
import { runningSupervisor } from '#embedded/supervisor/run-file.ts';

/** Runs `work` on the archive of `SAWT_DATA`, with its settings in the environment; starts it for that time when it is not running. */
export async function withArchive(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = process.env.SAWT_DATA!;
  if (runningSupervisor(folder)) return work(folder);

  console.log('Starting the archive for a while …');
  const env = { ...process.env };
  for (const name of env[OWN_SETTINGS]?.split(',') ?? []) if (name !== 'SAWT_DATA' && name !== 'SAWT_SECRET') delete env[name];
  const archive = await startArchive({ folder, env });
  Object.assign(process.env, archive.settings);
  try {
    await work(folder);
  } finally {
    await archive.stop();
  }
}

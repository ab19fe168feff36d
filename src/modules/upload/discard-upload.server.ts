import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Env } from '#platform/env.ts';

/** Destroys what came of a recording that is still on its way, and what is known of it. */
export async function discardUpload({ env }: { env: Pick<Env, 'SAWT_DATA'> }, recordingId: string): Promise<void> {
  for (const name of [recordingId, `${recordingId}.json`]) await rm(path.join(env.SAWT_DATA, 'uploads', name), { force: true });
}

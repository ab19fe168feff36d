import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Deps } from '#platform/deps.server.ts';
import { discardPieces } from './durable-s3-store.server.ts';

/**
 * Destroys what came of a recording that is still on its way, and what is known of it; parts that gather under the recording's own key
 * go with that key.
 */
export async function discardUpload({ env, store }: Pick<Deps, 'env' | 'store'>, recordingId: string): Promise<void> {
  for (const name of [recordingId, `${recordingId}.json`]) await rm(path.join(env.SAWT_DATA, 'uploads', name), { force: true });
  await discardPieces(store, recordingId);
}

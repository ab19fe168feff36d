import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { recordEvent } from '#modules/custody/record-event.server.ts';
import { asSystem, type Tx } from '#platform/db.server.ts';
import { enqueue } from '#platform/jobs.server.ts';
import type { Handler, Run, WorkerDeps } from '../handler.ts';
import { announceSteps, inStep, recordingAtWork, type RecordingAtWork } from '../steps.server.ts';

/** Intake stops unless what lies here is what the browser computed the hash of (R34). */
export const verifyRecording: Handler<'verify-recording'> = async (deps, { recordingId }, run) => {
  await asSystem(deps.db, async (tx) => {
    const recording = await recordingAtWork(tx, recordingId);
    if (recording) await announceSteps(tx, recording);
  });
  await inStep(deps, { recordingId, step: 'verify', run }, async ({ recording, progress }) => {
    const found = await hashOf(deps, recording, run, progress);
    const same = found.sha256 === recording.sha256 && found.bytes === recording.bytes;
    return same ? { write: (tx) => accept(tx, recording) } : { refused: 'file_changed_on_the_way' };
  });
};

async function hashOf(
  { store }: WorkerDeps,
  { storeKey, bytes }: RecordingAtWork,
  { signal }: Run,
  progress: (share: number) => void
): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256');
  let read = 0;
  await pipeline(
    await store.open(storeKey!),
    async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        hash.update(chunk);
        read += chunk.length;
        progress(read / bytes);
      }
    },
    { signal }
  );
  return { sha256: hash.digest('hex'), bytes: read };
}

async function accept(tx: Tx, { id, testimonyId, sha256, bytes }: RecordingAtWork): Promise<void> {
  await tx.updateTable('recording').set({ state: 'verified' }).where('id', '=', id).execute();
  await recordEvent(tx, testimonyId, 'recording_verified', { recording: id, sha256, bytes });
  await enqueue(tx, 'inspect-recording', { recordingId: id });
}

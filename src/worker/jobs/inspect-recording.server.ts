import { MediaRefused } from '#modules/media/refusals.ts';
import { probeMedia, type MediaFacts } from '#modules/media/probe.server.ts';
import type { Tx } from '#platform/db.server.ts';
import { enqueue } from '#platform/jobs.server.ts';
import type { Handler } from '../handler.ts';
import { inStep, type RecordingAtWork } from '../steps.server.ts';

/** What the file really is: kind, type and length are taken from it, not from what was announced. */
export const inspectRecording: Handler<'inspect-recording'> = (deps, { recordingId }, run) =>
  inStep(deps, { recordingId, step: 'inspect', run }, async ({ recording }) => {
    try {
      const facts = await deps.store.withLocalFile(recording.storeKey!, (file) => probeMedia(file, run.signal));
      return { write: (tx) => keep(tx, recording, facts) };
    } catch (error) {
      if (!(error instanceof MediaRefused)) throw error;
      return { refused: error.code };
    }
  });

async function keep(tx: Tx, { id }: RecordingAtWork, { kind, mediaType, durationMs }: MediaFacts): Promise<void> {
  await tx.updateTable('recording').set({ kind, media_type: mediaType, duration_ms: durationMs }).where('id', '=', id).execute();
  await enqueue(tx, 'make-renditions', { recordingId: id });
}

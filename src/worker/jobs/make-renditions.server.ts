import { discard, keepRendition, storeRendition } from '#modules/media/keep-rendition.server.ts';
import { probeMedia } from '#modules/media/probe.server.ts';
import { makeRenditions } from '#modules/media/renditions.server.ts';
import { enqueue } from '#platform/jobs.server.ts';
import type { Handler } from '../handler.ts';
import { inStep } from '../steps.server.ts';
import { inWorkFolder } from '#platform/work-folder.server.ts';

/** The copies that the desk and the transcriber use; the original is read, never changed (R35). */
export const makeDeskRenditions: Handler<'make-renditions'> = (deps, { recordingId }, run) =>
  inStep(deps, { recordingId, step: 'renditions', run }, async ({ recording, progress }) => {
    const of = { recordingId, testimonyId: recording.testimonyId, editListId: null };
    const stored = await inWorkFolder(deps.env, async (folder) => {
      const made = await deps.store.withLocalFile(recording.storeKey!, async (file) =>
        makeRenditions({ file, facts: await probeMedia(file, run.signal), folder, signal: run.signal, onProgress: progress })
      );
      return Promise.all(made.map((one) => storeRendition(deps.store, of, one)));
    });
    return {
      undo: () => discard(deps.store, stored),
      write: async (tx) => {
        for (const one of stored) await keepRendition(tx, of, one);
        await enqueue(tx, 'find-speech', { recordingId });
      }
    };
  });

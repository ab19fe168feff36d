import { recordEvent } from '#modules/custody/record-event.server.ts';
import { discard, keepRendition, storeRendition } from '#modules/media/keep-rendition.server.ts';
import { probeMedia } from '#modules/media/probe.server.ts';
import { renderPublic, type Disguise } from '#modules/media/render-public.server.ts';
import { measurePeaks } from '#modules/media/renditions.server.ts';
import { timeMap, type Edit } from '#modules/media/edit-times.ts';
import { strictest, type Rendered } from '#modules/publication/disguise.ts';
import { asSystem, type Tx } from '#platform/db.server.ts';
import type { EditListId, RecordingId, TestimonyId } from '#platform/ids.ts';
import type { Handler, Run, WorkerDeps } from '../handler.ts';
import { inStep, type RecordingAtWork } from '../steps.server.ts';
import { inWorkFolder } from '#platform/work-folder.server.ts';

/** A sealed edit list becomes the files that two people watch and approve, one for each recording. */
export const renderPublicEdition: Handler<'render-public'> = async (deps, { editListId }, run) => {
  const list = await asSystem(deps.db, (tx) => sealedList(tx, editListId));
  if (!list || list.rendered) return;
  for (const recording of list.recordings) await renderRecording(deps, list, recording, run);
  await asSystem(deps.db, (tx) => noteRendered(tx, list));
};

type List = {
  id: EditListId;
  testimonyId: TestimonyId;
  rendered: boolean;
  disguise: Disguise;
  /** Those of which something stays. */
  recordings: Edited[];
};
type Edited = { id: RecordingId; edits: Edit[] };

/** @returns null when it is not sealed, no longer in force, or its testimony was withdrawn */
async function sealedList(tx: Tx, id: EditListId): Promise<List | null> {
  const list = await tx
    .selectFrom('edit_list as l')
    .innerJoin('testimony as t', 't.edit_list_id', 'l.id')
    .innerJoin('live_consent as c', 'c.testimony_id', 't.id')
    .select(['l.testimony_id', 'l.rendered_at', 'l.audio_only', 'l.disguise_voice', 'l.blur_picture', 'c.face', 'c.voice'])
    .where('l.id', '=', id)
    .where('l.sealed_at', 'is not', null)
    .where('t.state', '!=', 'withdrawn')
    .executeTakeFirst();
  if (!list) return null;
  const asked = { audioOnly: list.audio_only, disguiseVoice: list.disguise_voice, blurPicture: list.blur_picture };
  return {
    id,
    testimonyId: list.testimony_id as TestimonyId,
    rendered: list.rendered_at !== null,
    disguise: strictest(asked, list),
    recordings: await editedRecordings(tx, id, list.testimony_id as TestimonyId)
  };
}

async function editedRecordings(tx: Tx, editListId: EditListId, testimonyId: TestimonyId): Promise<Edited[]> {
  const recordings = await tx
    .selectFrom('recording')
    .select(['id', 'duration_ms'])
    .where('testimony_id', '=', testimonyId)
    .where('state', '=', 'verified')
    .orderBy('position')
    .execute();
  const edited = recordings.map(async ({ id, duration_ms }) => {
    const edits = await editsOf(tx, editListId, id as RecordingId);
    return { id: id as RecordingId, edits, lengthMs: timeMap(edits, duration_ms ?? 0).lengthMs };
  });
  return (await Promise.all(edited)).filter(({ lengthMs }) => lengthMs > 0);
}

/** The step belongs to an edit list: for the next list the same recording is rendered anew. */
async function renderRecording(deps: WorkerDeps, list: List, { id, edits }: Edited, run: Run): Promise<void> {
  const done = await asSystem(deps.db, async (tx) => {
    const rendered = await isRendered(tx, list.id, id);
    if (!rendered) await tx.deleteFrom('processing_step').where('recording_id', '=', id).where('step', '=', 'render_public').execute();
    return rendered;
  });
  if (done) return;
  await inStep(deps, { recordingId: id, step: 'render_public', run }, ({ recording, progress }) =>
    render(deps, { list, recording, edits, run, progress })
  );
}

type Rendering = { list: List; recording: RecordingAtWork; edits: Edit[]; run: Run; progress: (share: number) => void };

async function render(deps: WorkerDeps, { list, recording, edits, run, progress }: Rendering) {
  const of = { recordingId: recording.id, testimonyId: list.testimonyId, editListId: list.id };
  const { signal } = run;
  const stored = await inWorkFolder(deps.env, async (folder) => {
    const made = await deps.store.withLocalFile(recording.storeKey!, async (file) => {
      const facts = await probeMedia(file, signal);
      return renderPublic({ file, facts, edits, disguise: list.disguise, folder, signal, onProgress: progress });
    });
    const peaks = await measurePeaks(made.file, `${folder}/peaks`, signal);
    const { kind, file, mediaType, durationMs } = made;
    return [
      await storeRendition(deps.store, of, { kind: 'public_peaks', file: peaks, mediaType: 'application/json', durationMs }),
      await storeRendition(deps.store, of, { kind, file, mediaType, durationMs })
    ];
  });
  return {
    undo: () => discard(deps.store, stored),
    write: async (tx: Tx) => {
      for (const one of stored) await keepRendition(tx, of, one);
      const rendered: Rendered = { edit_list: list.id, recording: recording.id, sha256: stored[1]!.sha256, ...list.disguise };
      await recordEvent(tx, list.testimonyId, 'public_rendition_made', rendered);
    }
  };
}

async function isRendered(tx: Tx, editListId: EditListId, recordingId: RecordingId): Promise<boolean> {
  const found = await tx
    .selectFrom('rendition')
    .select('id')
    .where('edit_list_id', '=', editListId)
    .where('recording_id', '=', recordingId)
    .where('kind', 'in', ['public_video', 'public_audio'])
    .executeTakeFirst();
  return found !== undefined;
}

async function editsOf(tx: Tx, editListId: EditListId, recordingId: RecordingId): Promise<Edit[]> {
  const rows = await tx
    .selectFrom('redaction')
    .select(['start_ms', 'end_ms', 'treatment'])
    .where('edit_list_id', '=', editListId)
    .where('recording_id', '=', recordingId)
    .orderBy('start_ms')
    .execute();
  return rows.map(({ start_ms, end_ms, treatment }) => ({ startMs: start_ms, endMs: end_ms, treatment }));
}

async function noteRendered(tx: Tx, { id, testimonyId, recordings }: List): Promise<void> {
  const made = await Promise.all(recordings.map((recording) => isRendered(tx, id, recording.id)));
  if (made.includes(false)) return;
  const noted = await tx
    .updateTable('edit_list')
    .set({ rendered_at: new Date() })
    .where('id', '=', id)
    .where('rendered_at', 'is', null)
    .returning('number')
    .executeTakeFirst();
  if (noted && !recordings.length) await recordEvent(tx, testimonyId, 'public_rendition_made', { edit_list: id });
}

import { servedLanguage } from '#engines/transcriber/languages.ts';
import { findSilences, type Silence } from '#modules/media/silences.server.ts';
import { planPieces, type Span } from '#modules/transcript/pieces.ts';
import { asSystem, type Tx } from '#platform/db.server.ts';
import type { RecordingId } from '#platform/ids.ts';
import { enqueue } from '#platform/jobs.server.ts';
import type { Handler, WorkerDeps } from '../handler.ts';
import { inStep, machineMay, setStep, type HumanReason, type RecordingAtWork } from '../steps.server.ts';

/**
 * Where speech may be cut into pieces, each then a job of its own; or why no machine will listen. Asked again after the transcriber gave
 * up, it goes on with what was not heard.
 */
export const findSpeech: Handler<'find-speech'> = async (deps, { recordingId }, run) => {
  await asSystem(deps.db, (tx) => reopen(tx, recordingId));
  await inStep(deps, { recordingId, step: 'find_speech', run }, async ({ recording }) => {
    const key = await speechKey(deps, recordingId);
    const durationMs = recording.durationMs!;
    const silences = await deps.store.withLocalFile(key, (file) => findSilences(file, durationMs, run.signal));
    const pieces = planPieces(durationMs, silences).filter((piece) => !isSilent(piece, silences));
    // Asked before the transaction, which waits for no engine.
    const languages = (await deps.transcriber?.languages(run.signal)) ?? [];
    return { write: (tx) => handOver(tx, languages, recording, pieces) };
  });
};

/** What stopped at the transcriber begins again here. */
async function reopen(tx: Tx, recordingId: RecordingId): Promise<void> {
  await tx
    .updateTable('processing_step')
    .set({ state: 'waiting' })
    .where('recording_id', '=', recordingId)
    .where('step', '=', 'find_speech')
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('processing_step as t')
          .select('t.step')
          .where('t.recording_id', '=', recordingId)
          .where('t.step', '=', 'transcribe')
          .where('t.state', 'in', ['failed', 'needs_human'])
      )
    )
    .execute();
}

/** @throws Error when the copy for the transcriber is not there */
export async function speechKey({ db }: Pick<WorkerDeps, 'db'>, recordingId: RecordingId): Promise<string> {
  const { store_key } = await asSystem(db, (tx) =>
    tx
      .selectFrom('rendition')
      .select('store_key')
      .where('recording_id', '=', recordingId)
      .where('kind', '=', 'speech_audio')
      .executeTakeFirstOrThrow()
  );
  return store_key;
}

function isSilent({ startMs, endMs }: Span, silences: readonly Silence[]): boolean {
  return silences.some((silence) => silence.startMs <= startMs + 100 && silence.endMs >= endMs - 100);
}

async function handOver(tx: Tx, languages: readonly string[], recording: RecordingAtWork, pieces: readonly Span[]): Promise<void> {
  const why = await whyNoMachine(tx, languages, recording, pieces);
  if (why) {
    await setStep(tx, recording, 'transcribe', { state: 'needs_human', reason: why });
    await setStep(tx, recording, 'translate', { state: 'needs_human', reason: why });
    return;
  }
  if (await hasTranscript(tx, recording.id)) return;
  await tx
    .insertInto('speech_piece')
    .values(pieces.map(({ startMs, endMs }, position) => ({ recording_id: recording.id, position, start_ms: startMs, end_ms: endMs })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await setStep(tx, recording, 'transcribe', { state: 'waiting' });
  const unheard = await unheardPieces(tx, recording.id);
  for (const position of unheard) await enqueue(tx, 'transcribe-piece', { recordingId: recording.id, position });
  if (!unheard.length) await enqueue(tx, 'assemble-transcript', { recordingId: recording.id });
}

/** A transcript that is there, by whomever, is not heard for again; its pieces are empty. */
export async function hasTranscript(tx: Tx, recordingId: RecordingId): Promise<boolean> {
  const found = await tx.selectFrom('transcript').select('id').where('recording_id', '=', recordingId).executeTakeFirst();
  return found !== undefined;
}

async function unheardPieces(tx: Tx, recordingId: RecordingId): Promise<number[]> {
  const rows = await tx
    .selectFrom('speech_piece')
    .select('position')
    .where('recording_id', '=', recordingId)
    .where('heard', 'is', null)
    .orderBy('position')
    .execute();
  return rows.map(({ position }) => position);
}

async function whyNoMachine(
  tx: Tx,
  languages: readonly string[],
  { testimonyId, language }: RecordingAtWork,
  pieces: readonly Span[]
): Promise<HumanReason | null> {
  if (!(await machineMay(tx, testimonyId))) return 'machine_refused';
  if (!servedLanguage(languages, language)) return 'no_engine';
  return pieces.length ? null : 'no_speech';
}

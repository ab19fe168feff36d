import { transcriberLanguage } from '#engines/transcriber/languages.ts';
import { findSilences, type Silence } from '#modules/media/silences.server.ts';
import { planPieces, type Span } from '#modules/transcript/pieces.ts';
import { asSystem, type Tx } from '#platform/db.server.ts';
import type { RecordingId } from '#platform/ids.ts';
import { enqueue } from '#platform/jobs.server.ts';
import type { Handler, WorkerDeps } from '../handler.ts';
import { inStep, machineMay, setStep, type HumanReason, type RecordingAtWork } from '../steps.server.ts';

/** Where speech may be cut into pieces, each then a job of its own; or why no machine will listen. */
export const findSpeech: Handler<'find-speech'> = (deps, { recordingId }, run) =>
  inStep(deps, { recordingId, step: 'find_speech', run }, async ({ recording }) => {
    const key = await speechKey(deps, recordingId);
    const durationMs = recording.durationMs!;
    const silences = await deps.store.withLocalFile(key, (file) => findSilences(file, durationMs, run.signal));
    const pieces = planPieces(durationMs, silences).filter((piece) => !isSilent(piece, silences));
    return { write: (tx) => handOver(tx, deps, recording, pieces) };
  });

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

async function handOver(tx: Tx, deps: WorkerDeps, recording: RecordingAtWork, pieces: readonly Span[]): Promise<void> {
  const why = await whyNoMachine(tx, deps, recording, pieces);
  if (why) {
    await setStep(tx, recording, 'transcribe', { state: 'needs_human', reason: why });
    await setStep(tx, recording, 'translate', { state: 'needs_human', reason: why });
    return;
  }
  await tx
    .insertInto('speech_piece')
    .values(pieces.map(({ startMs, endMs }, position) => ({ recording_id: recording.id, position, start_ms: startMs, end_ms: endMs })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  for (const position of pieces.keys()) await enqueue(tx, 'transcribe-piece', { recordingId: recording.id, position });
}

async function whyNoMachine(
  tx: Tx,
  { transcriber }: WorkerDeps,
  { testimonyId, language }: RecordingAtWork,
  pieces: readonly Span[]
): Promise<HumanReason | null> {
  if (!(await machineMay(tx, testimonyId))) return 'machine_refused';
  const served = transcriberLanguage(language);
  if (!transcriber || !served || !transcriber.languages().includes(served)) return 'no_engine';
  return pieces.length ? null : 'no_speech';
}

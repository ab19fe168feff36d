import { sql } from 'kysely';
import { translatesToEnglish } from '#engines/transcriber/languages.ts';
import type { Reading, Transcriber } from '#engines/transcriber/port.ts';
import { cutPiece } from '#modules/media/cut-piece.server.ts';
import { asSystem, type Tx } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import type { RecordingId } from '#platform/ids.ts';
import { enqueue } from '#platform/jobs.server.ts';
import { reasonOf } from '../failure.ts';
import type { Handler, Run, WorkerDeps } from '../handler.ts';
import { listenInParts, type Listening } from '../listen-in-parts.server.ts';
import { machineMay, recordingAtWork, setStep, type RecordingAtWork, type StepChange } from '../steps.server.ts';
import { inWorkFolder } from '#platform/work-folder.server.ts';
import { directionNow } from '../translation-direction.server.ts';
import { hasTranscript, speechKey } from './find-speech.server.ts';

/**
 * One piece through the transcriber, in the language the person chose; where no translator reads that language, also in English. The
 * last piece to be heard calls for the transcript to be put together.
 */
export const transcribePiece: Handler<'transcribe-piece'> = async (deps, { recordingId, position }, run) => {
  const begun = await asSystem(deps.db, (tx) => beginPiece(tx, deps, recordingId, position));
  if (!begun) return;
  try {
    const heard = await listen(deps, begun, run);
    await asSystem(deps.db, (tx) => keepHeard(tx, begun, heard));
  } catch (error) {
    const change = afterFailure(error, run);
    await asSystem(deps.db, (tx) => setStep(tx, begun.recording, 'transcribe', change));
    if (isFinal(change)) return;
    throw error;
  }
};

type Piece = { recording: RecordingAtWork; transcriber: Transcriber; position: number; startMs: number; endMs: number };

/** @returns null when the piece was heard already, or the person no longer wants a machine to listen */
async function beginPiece(tx: Tx, { transcriber }: WorkerDeps, recordingId: RecordingId, position: number): Promise<Piece | null> {
  const recording = await recordingAtWork(tx, recordingId);
  if (!recording) return null;
  const piece = await tx
    .selectFrom('speech_piece')
    .select(['start_ms', 'end_ms'])
    .where('recording_id', '=', recordingId)
    .where('position', '=', position)
    .where('heard', 'is', null)
    .executeTakeFirst();
  if (!piece || (await hasTranscript(tx, recordingId))) return null;
  const may = await machineMay(tx, recording.testimonyId);
  if (!may || !transcriber) {
    await setStep(tx, recording, 'transcribe', { state: 'needs_human', reason: may ? 'no_engine' : 'machine_refused' });
    return null;
  }
  await setStep(tx, recording, 'transcribe', { state: 'running', progress: await shareHeard(tx, recordingId) });
  return { recording, transcriber, position, startMs: piece.start_ms, endMs: piece.end_ms };
}

type Heard = { heard: Reading; inEnglish: Reading | null };

async function listen(deps: WorkerDeps, { recording, transcriber, startMs, endMs }: Piece, { signal }: Run): Promise<Heard> {
  const { language } = recording;
  const english = translatesToEnglish(language) && !(await directionNow(deps, language, 'en', signal));
  const key = await speechKey(deps, recording.id);
  return inWorkFolder(deps.env, async (folder) => {
    const audioPath = `${folder}/piece.wav`;
    await deps.store.withLocalFile(key, (file) => cutPiece(file, { startMs, endMs }, audioPath, signal));
    const job = { audioPath, lengthMs: endMs - startMs, language, signal };
    const heard = await listenInParts(transcriber, 'transcribe', job);
    return { heard, inEnglish: english ? await inEnglishWhereAble(transcriber, job) : null };
  });
}

/** A model without the task of translation (turbo, distilled) refuses it; what it heard is kept all the same. */
async function inEnglishWhereAble(transcriber: Transcriber, job: Listening): Promise<Reading | null> {
  try {
    return await listenInParts(transcriber, 'translateToEnglish', job);
  } catch (error) {
    if (error instanceof DomainError && error.code === 'engine_refused') return null;
    throw error;
  }
}

async function keepHeard(tx: Tx, { recording, position }: Piece, { heard, inEnglish }: Heard): Promise<void> {
  // One after the other, so that exactly one of them finds that it was the last.
  await sql`select 1 from processing_step where recording_id = ${recording.id} and step = 'transcribe' for update`.execute(tx);
  // Listening takes minutes, and waiting for a busy engine longer: what was heard past the person's consent is not kept.
  if (!(await machineMay(tx, recording.testimonyId)))
    return setStep(tx, recording, 'transcribe', { state: 'needs_human', reason: 'machine_refused' });
  const kept = await tx
    .updateTable('speech_piece')
    .set({ heard: JSON.stringify(heard.segments), in_english: inEnglish && JSON.stringify(inEnglish.segments) })
    .where('recording_id', '=', recording.id)
    .where('position', '=', position)
    .where('heard', 'is', null)
    .returning('position')
    .executeTakeFirst();
  if (!kept) return;
  const share = await shareHeard(tx, recording.id);
  await setStep(tx, recording, 'transcribe', { state: 'running', progress: share });
  if (share === 1) await enqueue(tx, 'assemble-transcript', { recordingId: recording.id });
}

async function shareHeard(tx: Tx, recordingId: RecordingId): Promise<number> {
  const { all, heard } = await tx
    .selectFrom('speech_piece')
    .select((eb) => [eb.fn.countAll<number>().as('all'), eb.fn.count<number>('heard').as('heard')])
    .where('recording_id', '=', recordingId)
    .executeTakeFirstOrThrow();
  return all ? heard / all : 1;
}

/**
 * How a step stands whose engine did not answer. One that refuses will refuse again; one that is down for good leaves the work to
 * people; a worker that stops says nothing of either.
 */
export function afterFailure(error: unknown, { signal, isLastTry }: Run): StepChange {
  if (signal.aborted) return { state: 'waiting' };
  const reason = reasonOf(error);
  if (reason === 'engine_refused') return { state: 'needs_human', reason };
  if (reason === 'approved_already') return { state: 'failed', reason };
  if (!isLastTry) return { state: 'waiting', reason };
  return reason === 'engine_down' || reason === 'engine_busy'
    ? { state: 'needs_human', reason: 'engine_down' }
    : { state: 'failed', reason };
}

/** Trying again would end the same: the engine will not read it, or what somebody approved stands still. */
export function isFinal({ reason }: StepChange): boolean {
  return reason === 'engine_refused' || reason === 'approved_already';
}

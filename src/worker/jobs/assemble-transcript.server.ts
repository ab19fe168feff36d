import * as v from 'valibot';
import type { SpokenSegment } from '#engines/transcriber/port.ts';
import { assemble } from '#modules/transcript/assemble.ts';
import { writeMachineTranscript } from '#modules/transcript/write-machine-transcript.server.ts';
import { asSystem, type Tx } from '#platform/db.server.ts';
import type { RecordingId } from '#platform/ids.ts';
import { enqueue } from '#platform/jobs.server.ts';
import type { Handler, WorkerDeps } from '../handler.ts';
import { inStep, machineMay } from '../steps.server.ts';

/**
 * Pieces become one transcript with the recording's own times; then it can be translated. Where the person took their consent to machines
 * back meanwhile, what was heard is thrown away.
 */
export const assembleTranscript: Handler<'assemble-transcript'> = async (deps, { recordingId }, run) => {
  const engine = await engineName(deps, run.signal);
  await inStep(deps, { recordingId, step: 'transcribe', run }, async ({ recording: { testimonyId, language } }) => {
    const may = await asSystem(deps.db, (tx) => machineMay(tx, testimonyId));
    if (!may) return { needsHuman: 'machine_refused', write: (tx) => emptyPieces(tx, recordingId) };
    return {
      write: async (tx) => {
        const segments = assemble(await heardPieces(tx, recordingId, 'heard'));
        await writeMachineTranscript(tx, { recordingId, testimonyId, language, engine, segments });
        await tx.updateTable('speech_piece').set({ heard: null }).where('recording_id', '=', recordingId).execute();
        await enqueue(tx, 'translate-testimony', { testimonyId });
      }
    };
  });
};

async function emptyPieces(tx: Tx, recordingId: RecordingId): Promise<void> {
  await tx.updateTable('speech_piece').set({ heard: null, in_english: null }).where('recording_id', '=', recordingId).execute();
}

async function engineName({ transcriber }: WorkerDeps, signal: AbortSignal): Promise<string> {
  return (await transcriber?.health(signal))?.model ?? 'unknown';
}

const Times = { startMs: v.number(), endMs: v.number() };
const Segments = v.array(
  v.object({ ...Times, text: v.string(), words: v.array(v.object({ ...Times, word: v.string(), probability: v.nullable(v.number()) })) })
);

/** What was kept of each piece of a recording; pieces of which nothing was kept are not among them. */
export async function heardPieces(
  tx: Tx,
  recordingId: RecordingId,
  what: 'heard' | 'in_english'
): Promise<{ startMs: number; endMs: number; segments: SpokenSegment[] }[]> {
  const rows = await tx
    .selectFrom('speech_piece')
    .select(['start_ms', 'end_ms', `${what} as kept`])
    .where('recording_id', '=', recordingId)
    .where(what, 'is not', null)
    .orderBy('position')
    .execute();
  return rows.map(({ start_ms, end_ms, kept }) => ({ startMs: start_ms, endMs: end_ms, segments: v.parse(Segments, kept) }));
}

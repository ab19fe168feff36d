import type { SpokenSegment } from '#engines/transcriber/port.ts';
import { recordEvent } from '#modules/custody/record-event.server.ts';
import type { Tx } from '#platform/db.server.ts';
import type { RecordingId, TestimonyId } from '#platform/ids.ts';
import type { Word } from './words.ts';

export type Spoken = {
  recordingId: RecordingId;
  testimonyId: TestimonyId;
  language: string;
  engine: string;
  segments: readonly SpokenSegment[];
};

/**
 * Writes down what a machine heard in a recording, once: a transcript that is there, by a machine or a person, stays as it is.
 * @returns whether it was written
 */
export async function writeMachineTranscript(tx: Tx, spoken: Spoken): Promise<boolean> {
  const { recordingId, testimonyId, language, engine, segments } = spoken;
  const transcript = await tx
    .insertInto('transcript')
    .values({ testimony_id: testimonyId, recording_id: recordingId, language, engine })
    .onConflict((conflict) => conflict.column('recording_id').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!transcript) return false;

  const rows = segments.filter(({ text }) => text.trim()).map((segment, place) => row(segment, place));
  if (rows.length)
    await tx
      .insertInto('segment')
      .values(
        rows.map((written) => ({ ...written, transcript_id: transcript.id, testimony_id: testimonyId, provenance: 'machine' as const }))
      )
      .execute();
  await recordEvent(tx, testimonyId, 'transcript_made', { recording: recordingId, engine, segments: rows.length });
  return true;
}

function row({ startMs, endMs, text, words }: SpokenSegment, place: number) {
  const timed = words.map(({ word, startMs: s, endMs: e, probability }): Word => ({ w: word.trim(), s, e, p: probability ?? 1 }));
  const said = text.trim();
  return { position: place + 1, start_ms: startMs, end_ms: endMs, text: said, machine_text: said, words: JSON.stringify(timed) };
}

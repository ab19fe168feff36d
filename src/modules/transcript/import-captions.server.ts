import * as v from 'valibot';
import type { Account } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import { idOf, type RecordingId, type TestimonyId } from '#platform/ids.ts';
import { transcriptOf } from './add-segment.server.ts';
import { parseCaptions } from './parse-captions.ts';
import { noteCorrection } from './segment.server.ts';
import { shareOut, tokens } from './words.ts';

export const CaptionFile = v.object({
  testimonyId: idOf<TestimonyId>(),
  recordingId: idOf<RecordingId>(),
  /** SubRip or WebVTT. */
  file: v.pipe(v.string(), v.minLength(1), v.maxLength(5_000_000))
});
export type CaptionFile = v.InferOutput<typeof CaptionFile>;

/**
 * Takes a caption file in as the transcript of a recording that has none yet. Nobody here knows who wrote it, so it counts as a
 * machine's until somebody confirms it (R37).
 * @returns how many passages it made
 * @throws DomainError `not_found` (also: not yours to edit), `wrong_state` where passages are there already, `invalid_input` with
 *   `field` `line <n>` for times that make no sense or lie outside the recording, `file` for a file without cues
 */
export function importCaptions({ db }: { db: Db }, actor: Account, { testimonyId, recordingId, file }: CaptionFile): Promise<number> {
  const parsed = parseCaptions(file);
  if ('brokenAt' in parsed) throw new DomainError('invalid_input', { field: `line ${parsed.brokenAt}` });
  const { cues } = parsed;
  if (!cues.length || cues.some(({ text }) => text.length > 20_000)) throw new DomainError('invalid_input', { field: 'file' });
  return asActor(db, actor, async (tx) => {
    const { id: transcriptId, durationMs } = await transcriptOf(tx, { testimonyId, recordingId });
    if (durationMs !== null && cues.at(-1)!.endMs > durationMs) throw new DomainError('invalid_input', { field: 'file' });
    const there = await tx.selectFrom('segment').select('id').where('transcript_id', '=', transcriptId).limit(1).executeTakeFirst();
    if (there) throw new DomainError('wrong_state');

    for (let from = 0; from < cues.length; from += ROWS)
      await tx
        .insertInto('segment')
        .values(
          cues.slice(from, from + ROWS).map((cue, place) => ({
            transcript_id: transcriptId,
            testimony_id: testimonyId,
            position: from + place + 1,
            start_ms: cue.startMs,
            end_ms: cue.endMs,
            speaker: cue.speaker,
            text: cue.text,
            words: JSON.stringify(shareOut(tokens(cue.text), cue)),
            machine_text: cue.text,
            provenance: 'machine' as const
          }))
        )
        .execute();
    await noteCorrection(tx, testimonyId);
    return cues.length;
  });
}

/** Postgres takes 65,535 values a statement. */
const ROWS = 500;

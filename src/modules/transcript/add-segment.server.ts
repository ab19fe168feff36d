import { randomUUID } from 'node:crypto';
import type { Account } from '#platform/actor.ts';
import { asActor, type Db, type Tx } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import type { SegmentId, TranscriptId } from '#platform/ids.ts';
import { timesProblem } from './rules.ts';
import type { NewSegment } from './schema.ts';
import { noteCorrection, segmentNow, type Segment } from './segment.server.ts';
import { shareOut, tokens } from './words.ts';

/**
 * A person types a passage by hand: where no engine serves the language, the contributor refused machines, or one missed something.
 * The first passage begins the recording's transcript.
 * @throws DomainError `not_found` (also: not yours to edit), `invalid_input` with the time that runs into a neighbour
 */
export function addSegment({ db }: { db: Db }, actor: Account, added: NewSegment): Promise<Segment> {
  return asActor(db, actor, async (tx) => {
    const { id: transcriptId, durationMs } = await transcriptOf(tx, added);
    const { before, after } = await around(tx, transcriptId, added.startMs);
    const field = timesProblem(added, { before: before?.end_ms ?? null, after: after?.start_ms ?? null, durationMs });
    if (field) throw new DomainError('invalid_input', { field });

    const id = randomUUID() as SegmentId;
    await tx
      .insertInto('segment')
      .values({
        id,
        transcript_id: transcriptId,
        testimony_id: added.testimonyId,
        position: after ? ((before?.position ?? after.position - 2) + after.position) / 2 : (before?.position ?? 0) + 1,
        start_ms: added.startMs,
        end_ms: added.endMs,
        speaker: added.speaker,
        text: added.text,
        words: JSON.stringify(shareOut(tokens(added.text), added)),
        provenance: 'human',
        confirmed_by: actor.userId
      })
      .execute();
    await noteCorrection(tx, added.testimonyId);
    return segmentNow(tx, id);
  });
}

/** The transcript of a recording; the first change begins it. @throws DomainError `not_found` */
export async function transcriptOf(
  tx: Tx,
  { testimonyId, recordingId }: Pick<NewSegment, 'testimonyId' | 'recordingId'>
): Promise<{ id: TranscriptId; durationMs: number | null }> {
  const recording = await tx
    .selectFrom('recording as r')
    .innerJoin('testimony as t', 't.id', 'r.testimony_id')
    .leftJoin('transcript as x', 'x.recording_id', 'r.id')
    .select(['x.id', 'r.duration_ms as durationMs', 't.language'])
    .where('r.id', '=', recordingId)
    .where('r.testimony_id', '=', testimonyId)
    .executeTakeFirst();
  if (!recording) throw new DomainError('not_found');
  if (recording.id) return { id: recording.id as TranscriptId, durationMs: recording.durationMs };

  const id = randomUUID() as TranscriptId;
  await tx
    .insertInto('transcript')
    .values({ id, testimony_id: testimonyId, recording_id: recordingId, language: recording.language })
    .execute();
  return { id, durationMs: recording.durationMs };
}

async function around(tx: Tx, transcriptId: TranscriptId, startMs: number) {
  const timed = tx.selectFrom('segment').select(['position', 'start_ms', 'end_ms']).where('transcript_id', '=', transcriptId).limit(1);
  return {
    before: await timed.where('start_ms', '<=', startMs).orderBy('position', 'desc').executeTakeFirst(),
    after: await timed.where('start_ms', '>', startMs).orderBy('position').executeTakeFirst()
  };
}

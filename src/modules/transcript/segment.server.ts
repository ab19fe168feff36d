import { sql } from 'kysely';
import type { Tx } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import type { RecordingId, SegmentId, TestimonyId, TranscriptId } from '#platform/ids.ts';
import type { Word } from './words.ts';

/** A passage as the desk works on it. */
export type Segment = {
  id: SegmentId;
  recordingId: RecordingId | null;
  startMs: number | null;
  endMs: number | null;
  speaker: string;
  text: string;
  words: Word[];
  machineText: string | null;
  provenance: 'machine' | 'human';
  confirmed: boolean;
  version: number;
};

/** A passage about to be changed, locked, with what its change must be checked against. */
export type Held = Segment & {
  testimonyId: TestimonyId;
  transcriptId: TranscriptId;
  position: number;
  durationMs: number | null;
  before: Neighbour | null;
  after: Neighbour | null;
};
export type Neighbour = { id: SegmentId; position: number; startMs: number | null; endMs: number | null };

/**
 * The passage, locked for the change that was made on `version`.
 * @throws DomainError `not_found` (also: not yours to edit, or no longer under review), `changed_meanwhile`
 */
export async function holdSegment(tx: Tx, { segmentId, version }: { segmentId: SegmentId; version: number }): Promise<Held> {
  const row = await tx
    .selectFrom('segment as s')
    .innerJoin('transcript as t', 't.id', 's.transcript_id')
    .leftJoin('recording as r', 'r.id', 't.recording_id')
    .select([...SEGMENT, 's.testimony_id', 's.transcript_id', 's.position', 'r.duration_ms'])
    .where('s.id', '=', segmentId)
    .forUpdate('s')
    .executeTakeFirst();
  if (!row) throw new DomainError('not_found');
  if (row.version !== version) throw new DomainError('changed_meanwhile');
  const { testimony_id, transcript_id, position, duration_ms, ...segment } = row;
  const beside = { transcriptId: transcript_id as TranscriptId, position };
  return {
    ...asSegment(segment),
    ...beside,
    testimonyId: testimony_id as TestimonyId,
    durationMs: duration_ms,
    before: await neighbour(tx, beside, 'before'),
    after: await neighbour(tx, beside, 'after')
  };
}

export const SEGMENT = [
  's.id',
  't.recording_id',
  's.start_ms',
  's.end_ms',
  's.speaker',
  's.text',
  's.words',
  's.machine_text',
  's.provenance',
  's.confirmed_by',
  's.version'
] as const;

export type SegmentRow = {
  id: string;
  recording_id: string | null;
  start_ms: number | null;
  end_ms: number | null;
  speaker: string;
  text: string;
  words: unknown;
  machine_text: string | null;
  provenance: 'machine' | 'human';
  confirmed_by: string | null;
  version: number;
};

export function asSegment(row: SegmentRow): Segment {
  return {
    id: row.id as SegmentId,
    recordingId: row.recording_id as RecordingId | null,
    startMs: row.start_ms,
    endMs: row.end_ms,
    speaker: row.speaker,
    text: row.text,
    words: row.words as Word[],
    machineText: row.machine_text,
    provenance: row.provenance,
    confirmed: row.confirmed_by !== null,
    version: row.version
  };
}

/** The passage as it is now, for whoever may read it. @throws DomainError `not_found` */
export async function segmentNow(tx: Tx, id: SegmentId): Promise<Segment> {
  const row = await tx
    .selectFrom('segment as s')
    .innerJoin('transcript as t', 't.id', 's.transcript_id')
    .select(SEGMENT)
    .where('s.id', '=', id)
    .executeTakeFirst();
  if (!row) throw new DomainError('not_found');
  return asSegment(row);
}

/**
 * A change that left the text as it was makes no translation stale: those that were made of the version before are carried on.
 */
export async function carryTranslationsOn(tx: Tx, { id, version }: { id: SegmentId; version: number }): Promise<void> {
  await tx
    .updateTable('translation')
    .set({ source_version: version + 1 })
    .where('segment_id', '=', id)
    .where('source_version', '=', version)
    .execute();
}

/** Nothing but a later transaction may come between these passages. */
async function neighbour(tx: Tx, { transcriptId, position }: { transcriptId: TranscriptId; position: number }, side: 'before' | 'after') {
  const row = await tx
    .selectFrom('segment')
    .select(['id', 'position', 'start_ms as startMs', 'end_ms as endMs'])
    .where('transcript_id', '=', transcriptId)
    .where('position', side === 'before' ? '<' : '>', position)
    .orderBy('position', side === 'before' ? 'desc' : 'asc')
    .limit(1)
    .executeTakeFirst();
  return row ? { ...row, id: row.id as SegmentId } : null;
}

/**
 * One event for a sitting, not for a keystroke: recorded unless the same person corrected this testimony's text within the hour.
 * It is asked of the passages' versions, because a linguist reads no custody log.
 */
export async function noteCorrection(tx: Tx, testimonyId: TestimonyId): Promise<void> {
  await sql`select app.record_custody(${testimonyId}, 'text_corrected') where not exists (
    select from segment s
      left join segment_version v on v.segment_id = s.id and v.changed_by = auth.uid()
      left join segment_version next on next.segment_id = v.segment_id and next.version = v.version + 1
    where s.testimony_id = ${testimonyId} and (v.segment_id is not null or s.confirmed_by = auth.uid())
      and coalesce(next.changed_at, s.changed_at) > now() - interval '1 hour' and coalesce(next.changed_at, s.changed_at) < now())`.execute(
    tx
  );
}

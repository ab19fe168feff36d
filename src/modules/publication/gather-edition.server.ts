import { timeMap, publicRange, type Edit, type TimeMap, type Word } from '#modules/media/edit-times.ts';
import { withoutNames } from '#modules/others/leave-out.ts';
import { namesLeftOut } from '#modules/others/read-third-parties.server.ts';
import type { Tx } from '#platform/db.server.ts';
import type { EditListId, RecordingId, RenditionId, TestimonyId } from '#platform/ids.ts';
import type { Description, Named, Passage, PublicRedaction, RedactionReason, Warning, WarningKind } from './edition.ts';
import { leavingOut, publicText, type Redacted, type SegmentToPublish } from './public-text.ts';

/** A testimony that is due, as its edition is made from it. */
export type Due = {
  id: TestimonyId;
  editListId: EditListId;
  sealedAt: Date;
  language: string;
  medium: 'video' | 'audio' | 'written';
  chosenName: string | null;
  facility: Named | null;
  yearFrom: number | null;
  yearTo: number | null;
  isSample: boolean;
};

/** A recording's public rendition, and how it was redacted. */
export type PublicMedium = {
  renditionId: RenditionId;
  number: number;
  recordingId: RecordingId;
  kind: 'video' | 'audio';
  mediaType: string;
  bytes: number;
  sha256: string;
  storeKey: string;
  peaksKey: string;
  durationMs: number;
  edits: (Edit & { reason: RedactionReason })[];
  map: TimeMap;
};

/** The public renditions of an edit list, in the order of their recordings, numbered from 1. */
export async function gatherMedia(tx: Tx, editListId: EditListId): Promise<PublicMedium[]> {
  const rows = await tx
    .selectFrom('rendition as n')
    .innerJoin('recording as r', 'r.id', 'n.recording_id')
    .innerJoin('rendition as p', (join) =>
      join.onRef('p.recording_id', '=', 'n.recording_id').onRef('p.edit_list_id', '=', 'n.edit_list_id').on('p.kind', '=', 'public_peaks')
    )
    .select([
      'n.id',
      'n.recording_id',
      'n.kind',
      'n.media_type',
      'n.bytes',
      'n.sha256',
      'n.store_key',
      'n.duration_ms',
      'r.duration_ms as original_ms'
    ])
    .select('p.store_key as peaks_key')
    .where('n.edit_list_id', '=', editListId)
    .where('n.kind', 'in', ['public_video', 'public_audio'])
    .orderBy('r.position')
    .execute();
  return Promise.all(
    rows.map(async (row, place): Promise<PublicMedium> => {
      const edits = await editsOf(tx, editListId, row.recording_id);
      return {
        renditionId: row.id as RenditionId,
        number: place + 1,
        recordingId: row.recording_id as RecordingId,
        kind: row.kind === 'public_video' ? 'video' : 'audio',
        mediaType: row.media_type,
        bytes: row.bytes,
        sha256: row.sha256,
        storeKey: row.store_key,
        peaksKey: row.peaks_key,
        durationMs: row.duration_ms!,
        edits,
        map: timeMap(edits, row.original_ms!)
      };
    })
  );
}

async function editsOf(tx: Tx, editListId: EditListId, recordingId: string) {
  const rows = await tx
    .selectFrom('redaction')
    .select(['start_ms', 'end_ms', 'treatment', 'reason'])
    .where('edit_list_id', '=', editListId)
    .where('recording_id', '=', recordingId)
    .orderBy('start_ms')
    .execute();
  return rows.map(({ start_ms, end_ms, treatment, reason }) => ({ startMs: start_ms, endMs: end_ms, treatment, reason }));
}

/** Every passage that may be read, in the order they are spoken: recording by recording, then what was written. */
export async function gatherPassages(
  tx: Tx,
  due: Pick<Due, 'id' | 'sealedAt'>,
  media: readonly PublicMedium[],
  warnings: readonly Warning[]
): Promise<Passage[]> {
  const rows = await segmentsOf(tx, due.id);
  const names = await namesLeftOut(tx, due.id);
  const passages: Passage[] = [];
  for (const { recordingId, language, segment } of rows) {
    const medium = media.find((one) => one.recordingId === recordingId);
    // A recording of which nothing is public says nothing in the text either.
    if (recordingId && !medium) continue;
    const redacted: Redacted | null = medium ? { edits: medium.edits, map: medium.map, sealedAt: due.sealedAt } : null;
    const shown = publicText(segment, redacted);
    if (!shown) continue;
    const text = leavingOut(shown, segment, names, due.sealedAt);
    const mediumNumber = medium?.number ?? 1;
    passages.push({ ...text, position: passages.length + 1, mediumNumber, language, hard: isHard(text, mediumNumber, warnings) });
  }
  return passages;
}

type SegmentRow = { recordingId: string | null; language: string; segment: SegmentToPublish };

async function segmentsOf(tx: Tx, testimonyId: TestimonyId): Promise<SegmentRow[]> {
  const segments = await tx
    .selectFrom('segment as s')
    .innerJoin('transcript as t', 't.id', 's.transcript_id')
    .leftJoin('recording as r', 'r.id', 't.recording_id')
    .select(['s.id', 's.start_ms', 's.end_ms', 's.speaker', 's.text', 's.words', 's.provenance', 's.confirmed_by', 's.version'])
    .select(['t.recording_id', 't.language'])
    .where('s.testimony_id', '=', testimonyId)
    .orderBy('r.position', (order) => order.asc().nullsLast())
    .orderBy('s.position')
    .execute();
  const translations = await tx
    .selectFrom('translation')
    .select(['segment_id', 'language', 'text', 'provenance', 'confirmed_by', 'source_version', 'changed_at'])
    .where('testimony_id', '=', testimonyId)
    .orderBy('language')
    .execute();
  const bySegment = Map.groupBy(translations, ({ segment_id }) => segment_id);
  return segments.map((row) => ({
    recordingId: row.recording_id,
    language: row.language,
    segment: {
      startMs: row.start_ms,
      endMs: row.end_ms,
      speaker: row.speaker,
      text: row.text,
      words: row.words as unknown as Word[],
      provenance: row.provenance,
      confirmed: row.confirmed_by !== null,
      version: row.version,
      translations: (bySegment.get(row.id) ?? []).map((made) => ({
        language: made.language,
        text: made.text,
        provenance: made.provenance,
        confirmed: made.confirmed_by !== null,
        sourceVersion: made.source_version,
        changedAt: made.changed_at
      }))
    }
  }));
}

function isHard({ startMs, endMs }: Pick<Passage, 'startMs' | 'endMs'>, mediumNumber: number, warnings: readonly Warning[]): boolean {
  if (mediumNumber !== 1 || startMs === null || endMs === null) return false;
  return warnings.some((warning) => warning.startMs !== null && warning.startMs < endMs && startMs < warning.endMs!);
}

/** Warnings in public time; their own times are of the first recording. One whose part was cut away warns of nothing. */
export async function gatherWarnings(tx: Tx, testimonyId: TestimonyId, first: PublicMedium | undefined): Promise<Warning[]> {
  const rows = await tx
    .selectFrom('content_warning')
    .select(['kind', 'note', 'start_ms', 'end_ms'])
    .where('testimony_id', '=', testimonyId)
    .orderBy('start_ms', (order) => order.asc().nullsFirst())
    .execute();
  const names = await namesLeftOut(tx, testimonyId);
  return rows.flatMap(({ kind, note, start_ms, end_ms }): Warning[] => {
    const warning = { kind: kind as WarningKind, note: withoutNames(note, names) };
    if (start_ms === null || end_ms === null || !first) return [{ ...warning, startMs: null, endMs: null }];
    const startMs = Math.round(first.map.nearest(start_ms));
    const endMs = Math.round(first.map.nearest(end_ms));
    return endMs > startMs ? [{ ...warning, startMs, endMs }] : [];
  });
}

export function publicRedactions(media: readonly PublicMedium[]): PublicRedaction[] {
  return media.flatMap(({ number, edits, map }) =>
    edits.map((edit) => ({ recording: number, ...publicRange(edit, map), treatment: edit.treatment, reason: edit.reason }))
  );
}

export async function gatherDescriptions(tx: Tx, testimonyId: TestimonyId): Promise<Record<string, Description>> {
  const rows = await tx
    .selectFrom('testimony_description')
    .select(['language', 'title', 'summary'])
    .where('testimony_id', '=', testimonyId)
    .orderBy('language')
    .execute();
  const names = await namesLeftOut(tx, testimonyId);
  return Object.fromEntries(
    rows.map(({ language, title, summary }) => [language, { title: withoutNames(title, names), summary: withoutNames(summary, names) }])
  );
}

export async function gatherThemes(tx: Tx, testimonyId: TestimonyId): Promise<Named[]> {
  return tx
    .selectFrom('testimony_theme as m')
    .innerJoin('theme as t', 't.id', 'm.theme_id')
    .select(['t.slug', 't.name_ar as ar', 't.name_en as en'])
    .where('m.testimony_id', '=', testimonyId)
    .orderBy('t.slug')
    .execute();
}

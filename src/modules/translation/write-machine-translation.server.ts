import { sql } from 'kysely';
import type { Tx } from '#platform/db.server.ts';
import type { SegmentId, TestimonyId } from '#platform/ids.ts';

/** A segment that waits for a machine's translation. */
export type Untranslated = {
  id: SegmentId;
  recordingId: string | null;
  startMs: number | null;
  endMs: number | null;
  text: string;
  version: number;
};

/**
 * The segments of a testimony that have no translation into `language`, or a machine's of an earlier version that nobody confirmed.
 * What a person wrote or confirmed is never among them.
 */
export async function untranslated(tx: Tx, testimonyId: TestimonyId, language: string): Promise<Untranslated[]> {
  const rows = await tx
    .selectFrom('segment as s')
    .innerJoin('transcript as t', 't.id', 's.transcript_id')
    .leftJoin('translation as n', (join) => join.onRef('n.segment_id', '=', 's.id').on('n.language', '=', language))
    .select(['s.id', 't.recording_id', 's.start_ms', 's.end_ms', 's.text', 's.version'])
    .where('s.testimony_id', '=', testimonyId)
    .where(sql<boolean>`btrim(s.text) <> ''`)
    .where((eb) =>
      eb.or([
        eb('n.segment_id', 'is', null),
        eb.and([eb('n.provenance', '=', 'machine'), eb('n.confirmed_by', 'is', null), eb('n.source_version', '<', eb.ref('s.version'))])
      ])
    )
    .orderBy('t.recording_id')
    .orderBy('s.position')
    .execute();
  return rows.map(({ id, recording_id, start_ms, end_ms, text, version }) => ({
    id: id as SegmentId,
    recordingId: recording_id,
    startMs: start_ms,
    endMs: end_ms,
    text,
    version
  }));
}

export type MachineTranslation = { segment: Pick<Untranslated, 'id' | 'version'>; text: string };

/** Writes down what a machine made; where a person wrote or confirmed something in the meantime, theirs stays. */
export async function writeMachineTranslations(
  tx: Tx,
  { testimonyId, language, engine }: { testimonyId: TestimonyId; language: string; engine: string },
  made: readonly MachineTranslation[]
): Promise<void> {
  const rows = made.filter(({ text }) => text.trim());
  if (!rows.length) return;
  await tx
    .insertInto('translation')
    .values(
      rows.map(({ segment, text }) => ({
        segment_id: segment.id,
        language,
        testimony_id: testimonyId,
        text,
        machine_text: text,
        provenance: 'machine' as const,
        engine,
        source_version: segment.version
      }))
    )
    .onConflict((conflict) =>
      conflict
        .columns(['segment_id', 'language'])
        .doUpdateSet((eb) => ({
          text: eb.ref('excluded.text'),
          machine_text: eb.ref('excluded.machine_text'),
          engine: eb.ref('excluded.engine'),
          source_version: eb.ref('excluded.source_version')
        }))
        .where('translation.provenance', '=', 'machine')
        .where('translation.confirmed_by', 'is', null)
    )
    .execute();
}

import type { Actor } from '#platform/actor.ts';
import { asActor, type Db, type Tx } from '#platform/db.server.ts';
import type { SegmentId, TestimonyId } from '#platform/ids.ts';
import { asSegment, segmentNow, SEGMENT, type Segment } from './segment.server.ts';

export type Translated = { text: string; machineText: string | null; provenance: 'machine' | 'human'; stale: boolean; version: number };
export type Passage = Segment & { translation: Translated | null };

/** Every passage of a testimony, in order, with its translation into `into`. None for whoever may not read it. */
export function readTranscript(
  { db }: { db: Db },
  actor: Actor,
  { testimonyId, into }: { testimonyId: TestimonyId; into: string }
): Promise<Passage[]> {
  return asActor(db, actor, (tx) => passagesOf(tx, testimonyId, into));
}

/** The languages that some passage of a testimony is translated into. */
export async function translatedInto(tx: Tx, testimonyId: TestimonyId): Promise<string[]> {
  const rows = await tx
    .selectFrom('translation')
    .select('language')
    .distinct()
    .where('testimony_id', '=', testimonyId)
    .orderBy('language')
    .execute();
  return rows.map(({ language }) => language);
}

export async function passagesOf(tx: Tx, testimonyId: TestimonyId, into: string): Promise<Passage[]> {
  const rows = await tx
    .selectFrom('segment as s')
    .innerJoin('transcript as t', 't.id', 's.transcript_id')
    .leftJoin('recording as r', 'r.id', 't.recording_id')
    .leftJoin('translation as x', (join) => join.onRef('x.segment_id', '=', 's.id').on('x.language', '=', into))
    .select(SEGMENT)
    .select([
      'x.text as said',
      'x.machine_text as machineSaid',
      'x.provenance as saidBy',
      'x.source_version as madeOf',
      'x.version as saidVersion'
    ])
    .where('s.testimony_id', '=', testimonyId)
    .orderBy('r.position')
    .orderBy('s.position')
    .execute();
  return rows.map(({ said, machineSaid, saidBy, madeOf, saidVersion, ...row }) => ({
    ...asSegment(row),
    translation:
      said === null || saidBy === null || madeOf === null || saidVersion === null
        ? null
        : { text: said, machineText: machineSaid, provenance: saidBy, stale: madeOf < row.version, version: saidVersion }
  }));
}

/** One passage as it is now; what a conflict is shown beside. @throws DomainError `not_found` */
export function readSegment({ db }: { db: Db }, actor: Actor, { segmentId }: { segmentId: SegmentId }): Promise<Segment> {
  return asActor(db, actor, (tx) => segmentNow(tx, segmentId));
}

import type { Actor } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import type { RecordingId, TestimonyId } from '#platform/ids.ts';
import type { Step } from './testimony-at-desk.server.ts';

export type Failure = {
  testimonyId: TestimonyId;
  number: number;
  recordingId: RecordingId;
  step: Step['step'];
  state: 'failed' | 'needs_human';
  reason: string | null;
  attempts: number;
  changedAt: Date;
};

/** Steps of processing that stopped, newest first, as far as the actor may see; 100 at most. */
export function listFailures({ db }: { db: Db }, actor: Actor): Promise<Failure[]> {
  return asActor(db, actor, async (tx) => {
    const rows = await tx
      .selectFrom('processing_step as p')
      .innerJoin('testimony as t', 't.id', 'p.testimony_id')
      .select([
        'p.testimony_id as testimonyId',
        't.number',
        'p.recording_id as recordingId',
        'p.step',
        'p.state',
        'p.reason',
        'p.attempts',
        'p.changed_at as changedAt'
      ])
      .where('p.state', 'in', ['failed', 'needs_human'])
      .where('t.state', '<>', 'withdrawn')
      .orderBy('p.changed_at', 'desc')
      .limit(100)
      .execute();
    return rows as Failure[];
  });
}

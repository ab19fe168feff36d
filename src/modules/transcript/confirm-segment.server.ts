import type { Account } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import type { TestimonyId } from '#platform/ids.ts';
import type { SegmentTarget } from './schema.ts';
import { carryTranslationsOn, holdSegment, segmentNow, type Segment } from './segment.server.ts';

/**
 * A person has heard the passage and says that the text is right: from now on it is a human's (R37).
 * @throws DomainError `not_found`, `changed_meanwhile`
 */
export function confirmSegment({ db }: { db: Db }, actor: Account, target: SegmentTarget): Promise<Segment> {
  return asActor(db, actor, async (tx) => {
    const held = await holdSegment(tx, target);
    await tx
      .updateTable('segment')
      .set({ provenance: 'human', confirmed_by: actor.userId, version: target.version })
      .where('id', '=', held.id)
      .execute();
    await carryTranslationsOn(tx, held);
    return segmentNow(tx, held.id);
  });
}

/**
 * The same for every passage of a testimony that nobody confirmed yet: a person has heard all of it.
 * @returns how many were confirmed
 */
export function confirmTranscript({ db }: { db: Db }, actor: Account, { testimonyId }: { testimonyId: TestimonyId }): Promise<number> {
  return asActor(db, actor, async (tx) => {
    const confirmed = await tx
      .updateTable('segment')
      .set({ provenance: 'human', confirmed_by: actor.userId })
      .where('testimony_id', '=', testimonyId)
      .where('confirmed_by', 'is', null)
      .returning(['id', 'version'])
      .execute();
    for (const { id, version } of confirmed) await carryTranslationsOn(tx, { id: id as Segment['id'], version: version - 1 });
    return confirmed.length;
  });
}

import type { Actor } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import type { SegmentId } from '#platform/ids.ts';

/** What a passage said before: from `at` until somebody (`replacedBy`, null where a job did) changed it. */
export type EarlierVersion = { version: number; text: string; speaker: string; at: Date; replacedBy: string | null };

/** Every earlier version of a passage whose words or speaker differ from the next, newest first; none for whoever may not read it. */
export function readVersions({ db }: { db: Db }, actor: Actor, { segmentId }: { segmentId: SegmentId }): Promise<EarlierVersion[]> {
  return asActor(db, actor, async (tx) => {
    const now = await tx.selectFrom('segment').select(['text', 'speaker']).where('id', '=', segmentId).executeTakeFirst();
    const rows = await tx
      .selectFrom('segment_version as v')
      .leftJoin('account as a', 'a.user_id', 'v.changed_by')
      .select(['v.version', 'v.text', 'v.speaker', 'v.changed_at as at', 'a.display_name as replacedBy'])
      .where('v.segment_id', '=', segmentId)
      .orderBy('v.version', 'desc')
      .limit(200)
      .execute();
    return rows.filter(({ text, speaker }, place) => {
      const after = place ? rows[place - 1] : now;
      return text !== after?.text || speaker !== after.speaker;
    });
  });
}

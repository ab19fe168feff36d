import { sql } from 'kysely';
import * as v from 'valibot';
import { recordEvent } from '#modules/custody/record-event.server.ts';
import type { Contributor } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import { idOf, type SegmentId } from '#platform/ids.ts';
import { asSegment, holdSegment, SEGMENT, type Segment } from './segment.server.ts';
import { alignWords } from './words.ts';

export type OwnPassage = Segment & { language: string };

/** Everything that was written down of a person's testimony, in the order it was told. */
export function readOwnWords({ db }: { db: Db }, actor: Contributor): Promise<{ passages: OwnPassage[]; mayCorrect: boolean }> {
  return asActor(db, actor, async (tx) => {
    const rows = await tx
      .selectFrom('segment as s')
      .innerJoin('transcript as t', 't.id', 's.transcript_id')
      .leftJoin('recording as r', 'r.id', 't.recording_id')
      .select([...SEGMENT, 't.language'])
      .orderBy('r.position', (order) => order.asc().nullsLast())
      .orderBy('s.position')
      .execute();
    const { rows: may } = await sql<{ may: boolean }>`
      select app.is_written_down_for_review(${actor.testimonyId}) and not app.is_approved_by_one(${actor.testimonyId}) as may`.execute(tx);
    return { passages: rows.map((row) => ({ ...asSegment(row), language: row.language })), mayCorrect: may[0]!.may };
  });
}

export const OwnCorrection = v.object({
  segmentId: idOf<SegmentId>(),
  /** The version the person had before them. */
  version: v.pipe(v.string(), v.regex(/^\d{1,9}$/), v.transform(Number)),
  text: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(20_000))
});
export type OwnCorrection = v.InferOutput<typeof OwnCorrection>;

/**
 * A person corrects what was written down of their own words (R26): from then on the text is theirs and no longer a machine's, whose
 * words stay beside it. A reviewer's "checked" is taken back, because it was about another text.
 * @throws DomainError `not_found` (also: not under review), `changed_meanwhile` when the desk saved since, `approved_already`
 */
export async function correctOwnWords({ db }: { db: Db }, actor: Contributor, { segmentId, version, text }: OwnCorrection): Promise<void> {
  await asActor(db, actor, async (tx) => {
    const held = await holdSegment(tx, { segmentId, version });
    if (text === held.text) return;
    const { startMs, endMs } = held;
    const words = startMs === null || endMs === null ? [] : alignWords(held.words, text, { startMs, endMs });
    const { numUpdatedRows } = await tx
      .updateTable('segment')
      .set({ text, words: JSON.stringify(words), provenance: 'human', confirmed_by: null, version })
      .where('id', '=', segmentId)
      .executeTakeFirst();
    if (!numUpdatedRows) throw new DomainError('not_found');
    await recordEvent(tx, actor.testimonyId, 'text_corrected_by_person');
  });
}

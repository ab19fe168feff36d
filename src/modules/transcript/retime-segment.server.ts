import type { Account } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import { timesProblem } from './rules.ts';
import type { SegmentTimes } from './schema.ts';
import { carryTranslationsOn, holdSegment, segmentNow, type Segment } from './segment.server.ts';
import { inOrder, shareOut, tokens } from './words.ts';

/**
 * Corrects when a passage begins and ends.
 * @throws DomainError `not_found`, `changed_meanwhile`, `invalid_input` with the field that runs into a neighbour or out of the recording
 */
export function retimeSegment({ db }: { db: Db }, actor: Account, times: SegmentTimes): Promise<Segment> {
  return asActor(db, actor, async (tx) => {
    const held = await holdSegment(tx, times);
    const field = timesProblem(times, {
      before: held.before?.endMs ?? null,
      after: held.after?.startMs ?? null,
      durationMs: held.durationMs
    });
    if (field) throw new DomainError('invalid_input', { field });
    const words = held.words.length ? inOrder(held.words, times) : shareOut(tokens(held.text), times);
    await tx
      .updateTable('segment')
      .set({ start_ms: times.startMs, end_ms: times.endMs, words: JSON.stringify(words), version: times.version })
      .where('id', '=', held.id)
      .execute();
    await carryTranslationsOn(tx, held);
    return segmentNow(tx, held.id);
  });
}

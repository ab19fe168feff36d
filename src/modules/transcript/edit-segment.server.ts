import type { Account } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import type { SegmentEdit } from './schema.ts';
import { carryTranslationsOn, holdSegment, noteCorrection, segmentNow, type Held, type Segment } from './segment.server.ts';
import { alignWords, type Word } from './words.ts';

/**
 * Corrects what a passage says or who says it. Words that stayed keep their times; what the machine wrote stays beside it, and the
 * text counts as the machine's until somebody confirms it (R37).
 * @throws DomainError `not_found` (also: not yours to edit), `changed_meanwhile` when someone else saved since `version`
 */
export function editSegment({ db }: { db: Db }, actor: Account, edit: SegmentEdit): Promise<Segment> {
  return asActor(db, actor, async (tx) => {
    const held = await holdSegment(tx, edit);
    const text = edit.text.replace(/\s+$/, '');
    await tx
      .updateTable('segment')
      .set({
        text,
        words: JSON.stringify(looked(wordsNow(held, text), edit)),
        ...(edit.speaker !== undefined && { speaker: edit.speaker }),
        version: edit.version
      })
      .where('id', '=', held.id)
      .execute();
    if (text === held.text) await carryTranslationsOn(tx, held);
    else await noteCorrection(tx, held.testimonyId);
    return segmentNow(tx, held.id);
  });
}

function wordsNow({ words, startMs, endMs }: Held, text: string): Word[] {
  return startMs === null || endMs === null ? [] : alignWords(words, text, { startMs, endMs });
}

function looked(words: readonly Word[], { sure = [], unsure = [] }: SegmentEdit): Word[] {
  const certain = new Map([...sure.map((at) => [at, 1] as const), ...unsure.map((at) => [at, 0] as const)]);
  return words.map((word, at) => ({ ...word, p: certain.get(at) ?? word.p }));
}

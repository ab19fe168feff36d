import { randomUUID } from 'node:crypto';
import type { Account } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import type { SegmentId } from '#platform/ids.ts';
import { splitText, wordsBefore } from './rules.ts';
import type { SegmentSplit } from './schema.ts';
import { holdSegment, noteCorrection, segmentNow, type Held, type Segment } from './segment.server.ts';
import { divideWords, tokenRanges, tokens, type Word } from './words.ts';

/**
 * Makes two passages of one at the caret, and divides the words' times between them. The translations stay with the first and are stale.
 * @throws DomainError `not_found`, `changed_meanwhile`, `invalid_input` where a side would be empty
 */
export function splitSegment({ db }: { db: Db }, actor: Account, split: SegmentSplit): Promise<[Segment, Segment]> {
  return asActor(db, actor, async (tx) => {
    const held = await holdSegment(tx, split);
    const texts = splitText(held.text, split.caret);
    if (!texts) throw new DomainError('invalid_input', { field: 'caret' });
    const parts = timesOf(held, split.caret, texts);
    const id = randomUUID() as SegmentId;

    await tx
      .updateTable('segment')
      .set({ text: texts[0], words: JSON.stringify(parts[0].words), end_ms: parts[0].endMs, version: split.version })
      .where('id', '=', held.id)
      .execute();
    await tx
      .insertInto('segment')
      .values({
        id,
        transcript_id: held.transcriptId,
        testimony_id: held.testimonyId,
        position: held.after ? (held.position + held.after.position) / 2 : held.position + 1,
        start_ms: parts[1].startMs,
        end_ms: parts[1].endMs,
        speaker: held.speaker,
        text: texts[1],
        words: JSON.stringify(parts[1].words),
        machine_text: held.machineText,
        provenance: held.provenance,
        confirmed_by: held.confirmed ? actor.userId : null
      })
      .execute();
    await noteCorrection(tx, held.testimonyId);
    return [await segmentNow(tx, held.id), await segmentNow(tx, id)];
  });
}

type Part = { startMs: number | null; endMs: number | null; words: Word[] };

/** A passage without times is divided without times; one without words, by its letters. */
function timesOf({ text, words, startMs, endMs }: Held, caret: number, [first, second]: [string, string]): [Part, Part] {
  if (startMs === null || endMs === null) {
    const none = { startMs: null, endMs: null, words: [] };
    return [none, none];
  }
  const { whole, inside } = wordsBefore(tokenRanges(text), caret);
  const divided: [Word[], Word[]] = words.length === tokens(text).length ? divideWords(words, whole, inside) : [[], []];
  const byLetters = Math.round(startMs + ((endMs - startMs) * first.length) / (first.length + second.length));
  const middle = Math.min(Math.max(divided[1][0]?.s ?? byLetters, startMs + 1), endMs - 1);
  return [
    { startMs, endMs: Math.min(middle, Math.max(divided[0].at(-1)?.e ?? middle, startMs + 1)), words: divided[0] },
    { startMs: middle, endMs, words: divided[1] }
  ];
}

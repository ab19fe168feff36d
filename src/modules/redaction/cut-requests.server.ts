import { sql } from 'kysely';
import * as v from 'valibot';
import { recordEvent } from '#modules/custody/record-event.server.ts';
import { writeIn } from '#modules/messages/write-to-contributor.server.ts';
import { next } from '#modules/testimony/rules.ts';
import type { Word } from '#modules/transcript/words.ts';
import type { Account, Contributor } from '#platform/actor.ts';
import { asActor, type Db, type Tx } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import { idOf, type RecordingId, type SegmentId, type TestimonyId } from '#platform/ids.ts';
import { redactIn } from './add-redaction.server.ts';
import { wordRuns } from './word-runs.ts';

export const CutAsked = v.object({
  segmentId: idOf<SegmentId>(),
  /** The version whose words were marked: their places are of no other. */
  version: v.pipe(v.string(), v.regex(/^\d{1,9}$/), v.transform(Number)),
  /** Places of the marked words; none marks the whole passage. */
  word: v.optional(
    v.pipe(
      v.union([v.string(), v.array(v.string())]),
      v.transform((marked) => [marked].flat().map(Number)),
      v.array(v.pipe(v.number(), v.integer(), v.minValue(0)))
    ),
    []
  ),
  why: v.pipe(v.optional(v.string(), ''), v.trim(), v.maxLength(2_000))
});
export type CutAsked = v.InferOutput<typeof CutAsked>;

/**
 * A person asks to take a passage, or some words of it, out of the public version. Words beside each other are one request. Where it
 * waited to be published, it goes back to the desk.
 * @throws DomainError `not_found` (also: published or withdrawn), `changed_meanwhile` when the words are others by now
 */
export async function askForCut({ db }: { db: Db }, actor: Contributor, { segmentId, version, word, why }: CutAsked): Promise<void> {
  const { testimonyId } = actor;
  await asActor(db, actor, async (tx) => {
    const { state } = await tx.selectFrom('testimony').select('state').where('id', '=', testimonyId).forUpdate().executeTakeFirstOrThrow();
    const passage = await passageOf(tx, segmentId);
    if (passage.version !== version) throw new DomainError('changed_meanwhile');
    const runs = word.length ? wordRuns(passage.words, word) : [{ text: passage.text, startMs: passage.startMs, endMs: passage.endMs }];
    for (const { text, startMs, endMs } of runs)
      await tx
        .insertInto('cut_request')
        .values({
          ...{ testimony_id: testimonyId, segment_id: segmentId, recording_id: startMs === null ? null : passage.recordingId },
          ...{ start_ms: startMs, end_ms: endMs, words: text, why }
        })
        .execute();
    await recordEvent(tx, testimonyId, 'cut_asked', { requests: runs.length });
    const held = next(state, 'hold');
    if (held) await tx.updateTable('testimony').set({ state: held }).where('id', '=', testimonyId).execute();
  });
}

async function passageOf(tx: Tx, id: SegmentId) {
  const row = await tx
    .selectFrom('segment as s')
    .innerJoin('transcript as t', 't.id', 's.transcript_id')
    .select(['s.text', 's.words', 's.version', 's.start_ms', 's.end_ms', 't.recording_id'])
    .where('s.id', '=', id)
    .executeTakeFirst();
  if (!row) throw new DomainError('not_found');
  const words = row.words as unknown as Word[];
  return { text: row.text, words, version: row.version, startMs: row.start_ms, endMs: row.end_ms, recordingId: row.recording_id };
}

export const CutRef = v.object({ cutId: v.pipe(v.string(), v.uuid()) });
export type CutRef = v.InferOutput<typeof CutRef>;

/** @throws DomainError `not_found` also for what was settled */
export async function takeCutBack({ db }: { db: Db }, actor: Contributor, { cutId }: CutRef): Promise<void> {
  await asActor(db, actor, async (tx) => {
    const { numDeletedRows } = await tx.deleteFrom('cut_request').where('id', '=', cutId).executeTakeFirst();
    if (!numDeletedRows) throw new DomainError('not_found');
    await recordEvent(tx, actor.testimonyId, 'cut_taken_back');
  });
}

export type CutRequest = {
  id: string;
  segmentId: SegmentId | null;
  recordingId: RecordingId | null;
  /** In the recording; null for what was written. */
  startMs: number | null;
  endMs: number | null;
  words: string;
  why: string;
  outcome: 'taken_out' | 'answered' | null;
};

/** What was asked to be taken out, in the order of the recording; for its person, and for reviewers at the desk. */
export async function cutsOf(tx: Tx, testimonyId: TestimonyId): Promise<CutRequest[]> {
  const rows = await tx
    .selectFrom('cut_request')
    .select(['id', 'segment_id', 'recording_id', 'start_ms', 'end_ms', 'words', 'why', 'outcome'])
    .where('testimony_id', '=', testimonyId)
    .orderBy(sql`start_ms nulls last, asked_at`)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    segmentId: row.segment_id as SegmentId | null,
    recordingId: row.recording_id as RecordingId | null,
    startMs: row.start_ms,
    endMs: row.end_ms,
    words: row.words,
    why: row.why,
    outcome: row.outcome
  }));
}

export function readOwnCuts({ db }: { db: Db }, actor: Contributor): Promise<CutRequest[]> {
  return asActor(db, actor, (tx) => cutsOf(tx, actor.testimonyId));
}

export const CutSettled = v.variant('outcome', [
  v.object({
    cutId: v.pipe(v.string(), v.uuid()),
    outcome: v.literal('taken_out'),
    treatment: v.picklist(['cut', 'mute', 'tone'])
  }),
  v.object({
    cutId: v.pipe(v.string(), v.uuid()),
    outcome: v.literal('answered'),
    answer: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(8_000))
  })
]);
export type CutSettled = v.InferOutput<typeof CutSettled>;

/**
 * A reviewer takes out what the person asked for, which becomes a redaction, or answers them, which reaches them as a message.
 * @throws DomainError `not_found` (also: no longer under review), `changed_meanwhile` when it was settled already, `wrong_state`,
 *   `invalid_input` for taking out what was written: that is edited in the text, then answered
 */
export async function settleCut({ db }: { db: Db }, actor: Account, settled: CutSettled & { testimonyId: TestimonyId }): Promise<void> {
  const { testimonyId, cutId, outcome } = settled;
  await asActor(db, actor, async (tx) => {
    const asked = (await cutsOf(tx, testimonyId)).find(({ id }) => id === cutId);
    if (!asked) throw new DomainError('not_found');
    const { numUpdatedRows } = await tx.updateTable('cut_request').set({ outcome }).where('id', '=', cutId).executeTakeFirst();
    if (!numUpdatedRows) throw new DomainError('not_found');
    if (settled.outcome === 'answered') await writeIn(tx, actor, { testimonyId, body: settled.answer });
    else await redactAsAsked(tx, testimonyId, asked, settled.treatment);
    await recordEvent(tx, testimonyId, 'cut_settled', { outcome });
  });
}

async function redactAsAsked(
  tx: Tx,
  testimonyId: TestimonyId,
  { recordingId, startMs, endMs }: CutRequest,
  treatment: 'cut' | 'mute' | 'tone'
): Promise<void> {
  if (recordingId === null || startMs === null || endMs === null) throw new DomainError('invalid_input', { field: 'outcome' });
  await redactIn(tx, { testimonyId, recordingId, startMs, endMs, treatment, reason: 'contributor_asked' });
}

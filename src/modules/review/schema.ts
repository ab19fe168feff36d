import * as v from 'valibot';
import { idOf, type AccountId, type EditListId, type TestimonyId } from '#platform/ids.ts';
import { LISTS } from './rules.ts';

const reason = v.pipe(v.string(), v.trim(), v.minLength(20), v.maxLength(4_000));

export const Approval = v.object({
  testimonyId: idOf<TestimonyId>(),
  /** The edit list whose rendition the reviewer watched: approving another one is refused. */
  editListId: idOf<EditListId>(),
  /** Fingerprint of the words on the page that the reviewer read (`DecisionPage.wordsRead`): approving others is refused. */
  wordsRead: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))),
  reason
});
export type Approval = v.InferOutput<typeof Approval>;

export const Refusal = v.object({ testimonyId: idOf<TestimonyId>(), reason });
export type Refusal = v.InferOutput<typeof Refusal>;

const level = v.picklist(['low', 'medium', 'high']);
const note = v.pipe(v.string(), v.trim(), v.minLength(10), v.maxLength(4_000));

export const Risk = v.object({
  testimonyId: idOf<TestimonyId>(),
  personLevel: level,
  personNote: note,
  familyLevel: level,
  familyNote: note,
  detainedLevel: level,
  detainedNote: note
});
export type Risk = v.InferOutput<typeof Risk>;

export const QueueQuestion = v.object({
  list: v.fallback(v.picklist(LISTS), 'all'),
  find: v.fallback(v.pipe(v.string(), v.trim(), v.maxLength(200)), '')
});
export type QueueQuestion = v.InferOutput<typeof QueueQuestion>;

export const Assignment = v.object({
  testimonyId: idOf<TestimonyId>(),
  userId: idOf<AccountId>(),
  task: v.picklist(['transcribe', 'translate'])
});
export type Assignment = v.InferOutput<typeof Assignment>;

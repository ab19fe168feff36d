import * as v from 'valibot';
import { confirmTranslation } from '#modules/translation/confirm-translation.server.ts';
import { editTranslation, type Translated } from '#modules/translation/edit-translation.server.ts';
import { TranslationEdit, TranslationTarget } from '#modules/translation/schema.ts';
import type { Account } from '#platform/actor.ts';
import type { Db } from '#platform/db.server.ts';
import type { SegmentId } from '#platform/ids.ts';
import { confirmSegment } from './confirm-segment.server.ts';
import { editSegment } from './edit-segment.server.ts';
import { mergeSegments } from './merge-segments.server.ts';
import { retimeSegment } from './retime-segment.server.ts';
import { SegmentEdit, SegmentSplit, SegmentTarget, SegmentTimes } from './schema.ts';
import type { Segment } from './segment.server.ts';
import { splitSegment } from './split-segment.server.ts';

/** What the live editor asks for, one change at a time. */
export const PassageChange = v.variant('do', [
  v.object({ do: v.literal('edit'), ...SegmentEdit.entries }),
  v.object({ do: v.literal('confirm'), ...SegmentTarget.entries }),
  v.object({ do: v.literal('split'), ...SegmentSplit.entries }),
  v.object({ do: v.literal('merge'), ...SegmentTarget.entries }),
  v.object({ do: v.literal('retime'), ...SegmentTimes.entries }),
  v.object({ do: v.literal('translate'), ...TranslationEdit.entries }),
  v.object({ do: v.literal('confirm_translation'), ...TranslationTarget.entries })
]);
export type PassageChange = v.InferOutput<typeof PassageChange>;

/** The passages a change left behind (two after a split), the one that is gone after a merge, or the translation it made. */
export type PassageChanged = { segments?: Segment[]; gone?: SegmentId; translation?: Translated };

/** @throws DomainError whatever the change itself refuses */
export async function changePassage(deps: { db: Db }, actor: Account, change: PassageChange): Promise<PassageChanged> {
  switch (change.do) {
    case 'edit':
      return { segments: [await editSegment(deps, actor, change)] };
    case 'confirm':
      return { segments: [await confirmSegment(deps, actor, change)] };
    case 'split':
      return { segments: await splitSegment(deps, actor, change) };
    case 'merge':
      return { segments: [await mergeSegments(deps, actor, change)], gone: change.segmentId };
    case 'retime':
      return { segments: [await retimeSegment(deps, actor, change)] };
    case 'translate':
      return { translation: await editTranslation(deps, actor, change) };
    case 'confirm_translation':
      return { translation: await confirmTranslation(deps, actor, change) };
  }
}

import { besides } from '#modules/translation/beside.ts';
import { passagesOf, translatedInto, type Passage } from '#modules/transcript/read-transcript.server.ts';
import type { Account } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import type { TestimonyId } from '#platform/ids.ts';
import { editListOf, headOf, recordingsOf, type EditList, type Head, type Recording } from './testimony-at-desk.server.ts';

/** All that the transcript editor opens with. */
export type EditorPage = {
  head: Head;
  recordings: Recording[];
  passages: Passage[];
  /** The language beside the testimony's own, and those it could be. */
  into: string;
  choices: string[];
  editList: EditList | null;
};

/** @throws DomainError `not_found` (also: not yours to see) */
export function readEditor(
  { db }: { db: Db },
  actor: Account,
  { testimonyId, locale, asked }: { testimonyId: TestimonyId; locale: string; asked: string | null }
): Promise<EditorPage> {
  return asActor(db, actor, async (tx) => {
    const head = await headOf(tx, testimonyId, locale);
    const beside = besides(head.language, await translatedInto(tx, testimonyId), asked);
    return {
      head,
      recordings: await recordingsOf(tx, testimonyId),
      passages: await passagesOf(tx, testimonyId, beside.into),
      ...beside,
      editList: await editListOf(tx, testimonyId)
    };
  });
}

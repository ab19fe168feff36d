import { chainOf, logOf, type LogEntry } from '#modules/custody/read-log.server.ts';
import { verifyChain, type Verdict } from '#modules/custody/rules.ts';
import type { Passage } from '#modules/publication/edition.ts';
import { gatherMedia, gatherPassages } from '#modules/publication/gather-edition.server.ts';
import { cutsOf, type CutRequest } from '#modules/redaction/cut-requests.server.ts';
import type { Unmet } from '#modules/redaction/rules.ts';
import { unmetBy } from '#modules/redaction/seal-edit-list.server.ts';
import type { Account } from '#platform/actor.ts';
import { sql } from 'kysely';
import { asActor, type Db, type Tx } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import type { AccountId, EditListId, RenditionId, TestimonyId } from '#platform/ids.ts';
import { consentOf, editListOf, headOf, type ConsentInForce, type EditList, type Head } from './testimony-at-desk.server.ts';
import { wordsOf } from './approve-testimony.server.ts';

export type Level = 'low' | 'medium' | 'high';
export type RiskAssessment = {
  author: string;
  writtenAt: Date;
  person: { level: Level; note: string };
  family: { level: Level; note: string };
  detained: { level: Level; note: string };
};
export type Seat = { reviewerId: AccountId; name: string; reason: string; decidedAt: Date };

/** All that two people need before them to decide: what would be public, what could follow, what was consented to, what happened. */
export type DecisionPage = {
  head: Head;
  editList: EditList | null;
  /** What live consent still asks of the edit list; empty when nothing. */
  unmet: Unmet[];
  /** The exact public rendition of the edit list in force, once it is made. */
  renditions: { id: RenditionId; kind: 'public_video' | 'public_audio'; mediaType: string; durationMs: number | null }[];
  /** The exact public text of a sealed list, made as publishing makes it. */
  passages: Passage[];
  /** Fingerprint of all that it says now; sent back with an approval. */
  wordsRead: string;
  /** What the person says to the edit list in force (R24). */
  person: 'publish' | 'not_yet' | 'left' | 'waits';
  /** What they want taken out, settled or not. */
  cuts: CutRequest[];
  risk: RiskAssessment | null;
  approvals: Seat[];
  /** The person at the desk submitted it themselves, so they do not decide. */
  submittedByMe: boolean;
  decidedByMe: boolean;
  coolingOffDays: number;
  consent: ConsentInForce | null;
  log: LogEntry[];
  chain: Verdict;
};

/** @throws DomainError `not_found` (also for whoever decides nothing: linguists) */
export function readDecisionPage(
  { db }: { db: Db },
  actor: Account,
  { testimonyId, locale }: { testimonyId: TestimonyId; locale: string }
): Promise<DecisionPage> {
  return asActor(db, actor, async (tx) => {
    if (!actor.roles.includes('reviewer')) throw new DomainError('not_found');
    const head = await headOf(tx, testimonyId, locale);
    const editList = await editListOf(tx, testimonyId);
    const approvals = editList ? await approvalsOf(tx, editList.id) : [];
    return {
      head,
      editList,
      unmet: editList ? await unmetBy(tx, testimonyId, asDisguised(editList)) : [],
      renditions: editList ? await publicRenditions(tx, editList.id) : [],
      passages: editList?.sealedAt ? await publicPassages(tx, testimonyId, editList.id, editList.sealedAt) : [],
      wordsRead: await wordsOf(tx, testimonyId),
      cuts: await cutsOf(tx, testimonyId),
      person: await personOf(tx, testimonyId),
      risk: await riskOf(tx, testimonyId),
      approvals,
      submittedByMe: await submittedBy(tx, testimonyId, actor.userId),
      decidedByMe: approvals.some(({ reviewerId }) => reviewerId === actor.userId),
      coolingOffDays: await coolingOffDays(tx),
      consent: await consentOf(tx, testimonyId),
      log: await logOf(tx, testimonyId, 12),
      chain: verifyChain(await chainOf(tx, testimonyId))
    };
  });
}

const asDisguised = ({ id, audioOnly, disguiseVoice, blurPicture }: EditList) => ({
  id,
  audio_only: audioOnly,
  disguise_voice: disguiseVoice,
  blur_picture: blurPicture
});

async function publicRenditions(tx: Tx, editListId: EditListId): Promise<DecisionPage['renditions']> {
  const rows = await tx
    .selectFrom('rendition as x')
    .innerJoin('recording as r', 'r.id', 'x.recording_id')
    .select(['x.id', 'x.kind', 'x.media_type as mediaType', 'x.duration_ms as durationMs'])
    .where('x.edit_list_id', '=', editListId)
    .where('x.kind', 'in', ['public_video', 'public_audio'])
    .orderBy('r.position')
    .execute();
  return rows as DecisionPage['renditions'];
}

async function publicPassages(tx: Tx, id: TestimonyId, editListId: EditListId, sealedAt: Date): Promise<Passage[]> {
  return gatherPassages(tx, { id, sealedAt }, await gatherMedia(tx, editListId), []);
}

async function personOf(tx: Tx, testimonyId: TestimonyId): Promise<DecisionPage['person']> {
  const row = await tx
    .selectFrom('testimony')
    .select(['left_to_archive', sql<'publish' | 'not_yet' | null>`app.persons_answer(id)`.as('answer')])
    .where('id', '=', testimonyId)
    .executeTakeFirstOrThrow();
  return row.answer ?? (row.left_to_archive ? 'left' : 'waits');
}

async function riskOf(tx: Tx, testimonyId: TestimonyId): Promise<RiskAssessment | null> {
  const row = await tx
    .selectFrom('risk_assessment as x')
    .innerJoin('account as a', 'a.user_id', 'x.author_id')
    .selectAll('x')
    .select('a.display_name as author')
    .where('x.testimony_id', '=', testimonyId)
    .orderBy('x.written_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!row) return null;
  return {
    author: row.author,
    writtenAt: row.written_at,
    person: { level: row.person_level, note: row.person_note },
    family: { level: row.family_level, note: row.family_note },
    detained: { level: row.detained_level, note: row.detained_note }
  };
}

async function approvalsOf(tx: Tx, editListId: EditListId): Promise<Seat[]> {
  const rows = await tx
    .selectFrom('decision as d')
    .innerJoin('account as a', 'a.user_id', 'd.reviewer_id')
    .select(['d.reviewer_id as reviewerId', 'a.display_name as name', 'd.reason', 'd.decided_at as decidedAt'])
    .where('d.edit_list_id', '=', editListId)
    .where('d.verdict', '=', 'approve')
    .orderBy('d.decided_at')
    .execute();
  return rows as Seat[];
}

async function submittedBy(tx: Tx, testimonyId: TestimonyId, userId: AccountId): Promise<boolean> {
  const row = await tx.selectFrom('testimony').select('submitted_by').where('id', '=', testimonyId).executeTakeFirstOrThrow();
  return row.submitted_by === userId;
}

async function coolingOffDays(tx: Tx): Promise<number> {
  const { seconds } = await tx
    .selectFrom('archive')
    .select((eb) => eb.fn<number>('date_part', [eb.val('epoch'), 'cooling_off']).as('seconds'))
    .executeTakeFirstOrThrow();
  return Math.ceil(Number(seconds) / 86_400);
}

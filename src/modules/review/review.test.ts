import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '#tests/database.ts';
import { answer, assessed, custodyOf, jobs, staff, testimony, type Laid } from '#tests/support/testimony-fixtures.ts';
import type { Account } from '#platform/actor.ts';
import { asActor } from '#platform/db.server.ts';
import { closeQueue, openQueue } from '#platform/jobs.server.ts';
import { openEditList } from '#modules/redaction/open-edit-list.server.ts';
import { editSegment } from '#modules/transcript/edit-segment.server.ts';
import { readTranscript } from '#modules/transcript/read-transcript.server.ts';
import { approveTestimony } from './approve-testimony.server.ts';
import { askChanges } from './ask-changes.server.ts';
import { assessRisk } from './assess-risk.server.ts';
import { declineTestimony } from './decline-testimony.server.ts';
import { readDecisionPage } from './read-decision-page.server.ts';
import { takeTestimony } from './take-testimony.server.ts';

const database = await testDatabase();
const { db, sql } = database;
const deps = { db };
const reason = 'المقطعان المحذوفان كافيان، والمعاينة أُقرّت.';
let first: Account, second: Account;

beforeAll(async () => {
  await openQueue(db);
  first = await staff(sql, ['reviewer'], 'ر. س.');
  second = await staff(sql, ['reviewer'], 'هـ. ن.');
});
afterAll(async () => {
  await closeQueue();
  await database.close();
});

async function ready(options: Parameters<typeof testimony>[1] = {}) {
  const laid = await testimony(sql, { sealed: true, ...options });
  await assessed(sql, laid, first);
  return laid;
}
const approval = ({ id, editListId }: Laid) => ({ testimonyId: id, editListId: editListId!, reason });
const stateOf = async ({ id }: Laid) => (await sql<{ state: string }>('select state from testimony where id = $1', [id]))[0]!.state;

it('R31 takes two different people', async () => {
  const laid = await ready();
  expect(await approveTestimony(deps, first, approval(laid))).toBe(1);
  await expect(approveTestimony(deps, first, approval(laid))).rejects.toMatchObject({ code: 'already_decided_by_you' });
  expect(await stateOf(laid)).toBe('in_review');
  expect(await approveTestimony(deps, second, approval(laid))).toBe(0);
  expect(await stateOf(laid)).toBe('approved');
  expect(await custodyOf(sql, laid)).toEqual(['approved_by_one', 'approved_by_one']);
  expect(await jobs(sql)).toContainEqual({ name: 'start-cooling-off', data: { testimonyId: laid.id } });
});

it('R31 counts two who approve at the same moment as two', async () => {
  const laid = await ready();
  const missing = await Promise.all([first, second].map((who) => approveTestimony(deps, who, approval(laid))));
  expect(missing.toSorted()).toEqual([0, 1]);
});

it('R31 lets no word change under an approval: the next edit list is opened, and both approve it anew', async () => {
  const laid = await ready();
  await approveTestimony(deps, first, approval(laid));
  const [segment] = await readTranscript(deps, second, { testimonyId: laid.id, into: 'en' });
  const edit = { segmentId: segment!.id, version: segment!.version, text: 'غير ما قرأه الأول' };
  await expect(editSegment(deps, second, edit)).rejects.toMatchObject({ code: 'approved_already' });
  const next = await openEditList(deps, second, { testimonyId: laid.id });
  await editSegment(deps, second, edit);
  await sql('update edit_list set sealed_at = now(), rendered_at = now() where id = $1', [next]);
  expect(await approveTestimony(deps, second, { ...approval(laid), editListId: next })).toBe(1);
  expect(await approveTestimony(deps, first, { ...approval(laid), editListId: next })).toBe(0);
});

it('R31 takes an approval of the words that were read, and of no later ones', async () => {
  const laid = await ready();
  const { wordsRead } = await readDecisionPage(deps, first, { testimonyId: laid.id, locale: 'ar' });
  const [segment] = await readTranscript(deps, second, { testimonyId: laid.id, into: 'en' });
  await editSegment(deps, second, { segmentId: segment!.id, version: segment!.version, text: 'اسم جار' });
  await expect(approveTestimony(deps, first, { ...approval(laid), wordsRead })).rejects.toMatchObject({ code: 'stale_edit_list' });
  const now = await readDecisionPage(deps, first, { testimonyId: laid.id, locale: 'ar' });
  expect(await approveTestimony(deps, first, { ...approval(laid), wordsRead: now.wordsRead })).toBe(1);
});

it('R31 cannot be got round by SQL, nor by whoever submitted it', async () => {
  const laid = await ready({ submittedBy: first.userId });
  await expect(
    asActor(db, first, (tx) => tx.updateTable('testimony').set({ state: 'approved' }).where('id', '=', laid.id).execute())
  ).rejects.toMatchObject({ code: 'two_people_needed' });
  await expect(approveTestimony(deps, first, approval(laid))).rejects.toMatchObject({ code: 'own_submission' });
});

it('R32 approves nothing whose risk was not written down', async () => {
  const laid = await testimony(sql, { sealed: true });
  await expect(approveTestimony(deps, first, approval(laid))).rejects.toMatchObject({ code: 'risk_not_assessed' });
  const note = 'لا يُذكر أحد منهم. قورنت الأسماء الأربعة بالسجل.';
  await assessRisk(deps, second, {
    testimonyId: laid.id,
    personLevel: 'low',
    personNote: note,
    familyLevel: 'medium',
    familyNote: note,
    detainedLevel: 'low',
    detainedNote: note
  });
  expect(await approveTestimony(deps, first, approval(laid))).toBe(1);
});

it('refuses a decision about another edit list than the one in force', async () => {
  const laid = await ready();
  await sql(`insert into edit_list (testimony_id, number) values ($1, 2)`, [laid.id]);
  await sql('update testimony set edit_list_id = (select id from edit_list where testimony_id = $1 and number = 2) where id = $1', [
    laid.id
  ]);
  await expect(approveTestimony(deps, first, approval(laid))).rejects.toMatchObject({ code: 'stale_edit_list' });
});

it('R4 refuses to approve when consent to the voice was taken back after sealing', async () => {
  const laid = await ready();
  await answer(sql, laid.id, { voice: 'no' });
  await expect(approveTestimony(deps, first, approval(laid))).rejects.toMatchObject({
    code: 'consent_unmet',
    detail: { demand: 'voice_plain' }
  });
});

it('takes what was submitted, once, with an edit list of its own; another reviewer may join', async () => {
  const laid = await testimony(sql, { state: 'submitted' });
  expect(await takeTestimony(deps, first, { testimonyId: laid.id })).toMatch(/^[0-9a-f-]{36}$/);
  expect(await takeTestimony(deps, second, { testimonyId: laid.id })).toBeNull();
  expect(await stateOf(laid)).toBe('in_review');
  expect(await custodyOf(sql, laid)).toEqual(['taken_in_review']);
  const given = await sql('select user_id from assignment where testimony_id = $1', [laid.id]);
  expect(given).toHaveLength(2);
});

it('asks for changes with words for the contributor, and can be approved by the same person after the changes', async () => {
  const laid = await ready();
  await askChanges(deps, first, { testimonyId: laid.id, reason });
  expect(await stateOf(laid)).toBe('changes_requested');
  const [message] = await sql('select sender, body from message where testimony_id = $1', [laid.id]);
  expect(message).toEqual({ sender: 'desk', body: reason });

  await asActor(db, { kind: 'contributor', testimonyId: laid.id }, (tx) =>
    tx.updateTable('testimony').set({ state: 'submitted' }).where('id', '=', laid.id).execute()
  );
  const editListId = await takeTestimony(deps, first, { testimonyId: laid.id });
  expect(editListId).not.toBe(laid.editListId);
  await sql('update edit_list set sealed_at = now(), rendered_at = now() where id = $1', [editListId]);
  expect(await approveTestimony(deps, first, { ...approval(laid), editListId: editListId! })).toBe(1);
});

it('declines, and nothing follows', async () => {
  const laid = await testimony(sql, { sealed: false });
  await declineTestimony(deps, first, { testimonyId: laid.id, reason });
  expect(await stateOf(laid)).toBe('declined');
  await expect(takeTestimony(deps, second, { testimonyId: laid.id })).rejects.toMatchObject({ code: 'wrong_state' });
});

it('answers "not found" alike to whoever may not see it and for what does not exist', async () => {
  const laid = await ready();
  const nowhere = { ...laid, id: '00000000-0000-4000-8000-000000000000' as Laid['id'] };
  for (const other of [
    await staff(sql, ['linguist']),
    await staff(sql, ['admin']),
    await staff(sql, ['reader']),
    await staff(sql, ['custodian'])
  ])
    for (const about of [laid, nowhere]) {
      await expect(approveTestimony(deps, other, approval(about))).rejects.toMatchObject({ code: 'not_found' });
      await expect(takeTestimony(deps, other, { testimonyId: about.id })).rejects.toMatchObject({ code: 'not_found' });
    }
});

it('R40 answers nothing once the desk is locked', async () => {
  const laid = await ready();
  const idle = await staff(sql, ['reviewer']);
  await sql(`update desk_session set seen_at = now() - interval '31 minutes' where user_id = $1`, [idle.userId]);
  await expect(approveTestimony(deps, idle, approval(laid))).rejects.toMatchObject({ code: 'not_found' });
});

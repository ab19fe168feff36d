import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '#tests/database.ts';
import { custodyOf, jobs, staff, testimony, type Laid } from '#tests/support/testimony-fixtures.ts';
import type { Account } from '#platform/actor.ts';
import { closeQueue, openQueue } from '#platform/jobs.server.ts';
import { addRedaction } from './add-redaction.server.ts';
import { openEditList } from './open-edit-list.server.ts';
import { removeRedaction } from './remove-redaction.server.ts';
import { sealEditList } from './seal-edit-list.server.ts';
import { setDisguise } from './set-disguise.server.ts';

const database = await testDatabase();
const { db, sql } = database;
const deps = { db };
let reviewer: Account;

beforeAll(async () => {
  await openQueue(db);
  reviewer = await staff(sql, ['reviewer']);
});
afterAll(async () => {
  await closeQueue();
  await database.close();
});

const cut = ({ id, recordingId }: Laid, startMs = 4_000, endMs = 6_000) => ({
  testimonyId: id,
  recordingId: recordingId!,
  startMs,
  endMs,
  treatment: 'cut' as const,
  reason: 'third_party' as const
});

const listsOf = ({ id }: Laid) =>
  sql<{ number: number; sealed: boolean; in_force: boolean; redactions: number }>(
    `select l.number, sealed_at is not null as sealed, l.id = t.edit_list_id as in_force,
       (select count(*)::int from redaction r where r.edit_list_id = l.id) as redactions
     from edit_list l join testimony t on t.id = l.testimony_id where l.testimony_id = $1 order by l.number`,
    [id]
  );

it('opens edit list 1 once, also for two people at the same moment', async () => {
  const laid = await testimony(sql);
  const opened = await Promise.all([1, 2].map(() => openEditList(deps, reviewer, { testimonyId: laid.id })));
  expect(new Set(opened).size).toBe(1);
  expect(await listsOf(laid)).toEqual([{ number: 1, sealed: false, in_force: true, redactions: 0 }]);
});

it('seals a list, asks for its rendition and tells the custody log (R35, R36)', async () => {
  const laid = await testimony(sql);
  const editListId = await addRedaction(deps, reviewer, cut(laid));
  await sealEditList(deps, reviewer, { testimonyId: laid.id, editListId });
  expect(await custodyOf(sql, laid)).toEqual(['redacted', 'edit_list_sealed']);
  expect(await jobs(sql)).toContainEqual({ name: 'render-public', data: { editListId } });
  await expect(sealEditList(deps, reviewer, { testimonyId: laid.id, editListId })).rejects.toMatchObject({ code: 'stale_edit_list' });
});

it('changes nothing that is sealed: the next number is a copy and in force at once', async () => {
  const laid = await testimony(sql);
  const first = await addRedaction(deps, reviewer, cut(laid));
  await sealEditList(deps, reviewer, { testimonyId: laid.id, editListId: first });
  const second = await addRedaction(deps, reviewer, cut(laid, 9_000, 10_000));
  expect(second).not.toBe(first);
  expect(await listsOf(laid)).toEqual([
    { number: 1, sealed: true, in_force: false, redactions: 1 },
    { number: 2, sealed: false, in_force: true, redactions: 2 }
  ]);
  const [sealed] = await sql<{ id: string }>('select id from redaction where edit_list_id = $1', [first]);
  await removeRedaction(deps, reviewer, { testimonyId: laid.id, redactionId: sealed!.id });
  expect(await listsOf(laid)).toMatchObject([{ redactions: 1 }, { redactions: 1 }]);
});

it('R4 begins disguised, and refuses to seal what shows a voice or face without consent', async () => {
  const laid = await testimony(sql, { kind: 'video', answers: { voice: 'no', face: 'unsure' } });
  const editListId = await openEditList(deps, reviewer, { testimonyId: laid.id });
  const [begun] = await sql('select disguise_voice, blur_picture from edit_list where id = $1', [editListId]);
  expect(begun).toEqual({ disguise_voice: true, blur_picture: true });

  const plain = { testimonyId: laid.id, audioOnly: false, disguiseVoice: false, blurPicture: false };
  await setDisguise(deps, reviewer, plain);
  const seal = () => sealEditList(deps, reviewer, { testimonyId: laid.id, editListId });
  await expect(seal()).rejects.toMatchObject({ code: 'consent_unmet', detail: { demand: 'face_shown' } });
  await setDisguise(deps, reviewer, { ...plain, audioOnly: true });
  await expect(seal()).rejects.toMatchObject({ code: 'consent_unmet', detail: { demand: 'voice_plain' } });
  await setDisguise(deps, reviewer, { ...plain, audioOnly: true, disguiseVoice: true });
  await seal();
});

it('refuses a blur without a picture and a range outside the recording', async () => {
  const laid = await testimony(sql);
  await expect(addRedaction(deps, reviewer, { ...cut(laid), treatment: 'blur' })).rejects.toMatchObject({ code: 'invalid_input' });
  await expect(addRedaction(deps, reviewer, cut(laid, 15_000, 16_000))).rejects.toMatchObject({ code: 'invalid_input' });
});

it('answers "not found" to a linguist who was not given it, to an admin, and for what does not exist', async () => {
  const laid = await testimony(sql);
  const others = await Promise.all([staff(sql, ['linguist']), staff(sql, ['admin']), staff(sql, ['reader'])]);
  for (const other of others) await expect(addRedaction(deps, other, cut(laid))).rejects.toMatchObject({ code: 'not_found' });
  const nowhere = { testimonyId: '00000000-0000-4000-8000-000000000000' as Laid['id'] };
  await expect(openEditList(deps, reviewer, nowhere)).rejects.toMatchObject({ code: 'not_found' });
});

it('lets a linguist redact nothing, also what was assigned to them', async () => {
  const laid = await testimony(sql);
  const linguist = await staff(sql, ['linguist']);
  await sql(`insert into assignment (testimony_id, user_id, task) values ($1, $2, 'transcribe')`, [laid.id, linguist.userId]);
  await expect(addRedaction(deps, linguist, cut(laid))).rejects.toMatchObject({ code: 'not_found' });
});

it('R31 an approved testimony takes no further redaction', async () => {
  const laid = await testimony(sql, { state: 'approved', sealed: true });
  await expect(addRedaction(deps, reviewer, cut(laid))).rejects.toMatchObject({ code: 'wrong_state' });
  expect(await listsOf(laid)).toEqual([{ number: 1, sealed: true, in_force: true, redactions: 0 }]);
});

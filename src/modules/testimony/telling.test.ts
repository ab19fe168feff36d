import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answerConsent, readAnswers } from '#modules/consent/answer-consent.server.ts';
import { QUESTIONS, type Answer, type Question } from '#modules/consent/rules.ts';
import { storeConsentTexts } from '#modules/consent/store-consent-texts.server.ts';
import { TEXT_VERSION } from '#modules/consent/texts.server.ts';
import { readMessages } from '#modules/messages/read-messages.server.ts';
import { sendMessage } from '#modules/messages/send-message.server.ts';
import type { Contributor } from '#platform/actor.ts';
import { asSystem } from '#platform/db.server.ts';
import type { Env } from '#platform/env.ts';
import type { RecordingId } from '#platform/ids.ts';
import { closeQueue, openQueue } from '#platform/jobs.server.ts';
import { testDatabase } from '#tests/database.ts';
import { announceRecording } from './announce-recording.server.ts';
import { beginTestimony } from './begin-testimony.server.ts';
import { confirmReceipt } from './confirm-receipt.server.ts';
import { deleteRecording } from './delete-recording.server.ts';
import { MOST_BYTES } from './limits.ts';
import { makeReceipt } from './make-receipt.server.ts';
import { openReceipt } from './open-receipt.server.ts';
import { readMyTestimony, recordingState } from './read-my-testimony.server.ts';
import { closeSession, contributorFromCookie } from './session.server.ts';
import { submitTestimony } from './submit-testimony.server.ts';
import { withdrawTestimony } from './withdraw-testimony.server.ts';
import { readStatement, writeStatement } from './write-statement.server.ts';

const database = await testDatabase();
const { db } = database;
const deps = { db, env: { SAWT_SECRET: randomBytes(32).toString('hex'), SAWT_DATA: '/nowhere' } as Env };
beforeAll(async () => {
  await storeConsentTexts(database.ownerUrl);
  await openQueue(db);
});
afterAll(async () => {
  await closeQueue();
  await database.close();
});

async function begun(): Promise<Contributor & { cookie: string }> {
  const { testimonyId, cookie } = await beginTestimony(deps, { language: 'ar' });
  return { kind: 'contributor', testimonyId, cookie };
}
const answer = (actor: Contributor, question: Question, given: Answer) =>
  answerConsent(deps, actor, { question, answer: given, textVersion: TEXT_VERSION, textLanguage: 'ar' });
const sha = () => randomBytes(32).toString('hex');
const recording = (sha256 = sha()) => ({
  id: randomUUID() as RecordingId,
  kind: 'audio' as const,
  mediaType: 'audio/webm',
  bytes: 1_000,
  sha256
});
const custodyOf = async ({ testimonyId }: Contributor) =>
  database.sql<{ kind: string; detail: Record<string, unknown> }>(
    'select kind, detail from custody_event where testimony_id = $1 order by position',
    [testimonyId]
  );
const jobsOf = async ({ testimonyId }: Contributor) =>
  (await database.sql<{ name: string }>(`select name from pgboss.job where data ->> 'testimonyId' = $1 order by name`, [testimonyId])).map(
    ({ name }) => name
  );

/** A written testimony with everything that submitting asks for. */
async function readyToSubmit() {
  const actor = await begun();
  await answer(actor, 'keep', 'yes');
  await writeStatement(deps, actor, { body: 'كنت هناك.' });
  const words = await makeReceipt(deps, actor, 'ar');
  await confirmReceipt(deps, actor, words.join(' '));
  return { actor, words };
}

it('opens a draft to its own cookie and to no other', async () => {
  const actor = await begun();
  expect(await contributorFromCookie(db, actor.cookie)).toEqual({ kind: 'contributor', testimonyId: actor.testimonyId });
  for (const other of [undefined, '', 'x', randomBytes(32).toString('base64url'), `${actor.cookie}x`])
    expect(await contributorFromCookie(db, other)).toBeNull();
  await closeSession(deps, actor.cookie);
  expect(await contributorFromCookie(db, actor.cookie)).toBeNull();
});

it('R21 carries a session on with every use, so that no time-out loses work', async () => {
  const actor = await begun();
  await database.sql(`update receipt_session set expires_at = now() + interval '1 minute' where testimony_id = $1`, [actor.testimonyId]);
  await contributorFromCookie(db, actor.cookie);
  const [row] = await database.sql<{ long: boolean }>(
    `select expires_at > now() + interval '13 days' as long from receipt_session where testimony_id = $1`,
    [actor.testimonyId]
  );
  expect(row!.long).toBe(true);
});

it('R1 R3 keeps each answer for itself, as a version of its own', async () => {
  const actor = await begun();
  expect(Object.values(await readAnswers(deps, actor))).toEqual(QUESTIONS.map(() => null));
  await answer(actor, 'journalists', 'no');
  await answer(actor, 'public', 'yes');
  await answer(actor, 'public', 'yes');
  expect(await readAnswers(deps, actor)).toMatchObject({ journalists: 'no', public: 'yes', keep: null, face: null });
  const versions = await database.sql('select version from consent where testimony_id = $1 order by version', [actor.testimonyId]);
  expect(versions).toEqual([{ version: 1 }, { version: 2 }]);
});

it('R2 R12 opens a testimony to nobody by "not sure" or silence', async () => {
  const actor = await begun();
  await answer(actor, 'keep', 'yes');
  await answer(actor, 'public', 'unsure');
  const [live] = await database.sql('select audiences, machine, face from live_consent where testimony_id = $1', [actor.testimonyId]);
  expect(live).toEqual({ audiences: '{}', machine: false, face: false });
});

it('R8 refuses an answer to questions in an older wording', async () => {
  const actor = await begun();
  await expect(
    answerConsent(deps, actor, { question: 'keep', answer: 'yes', textVersion: TEXT_VERSION - 1, textLanguage: 'ar' })
  ).rejects.toMatchObject({ code: 'consent_outdated' });
});

it('R21 keeps what is written, and takes it back when it is emptied', async () => {
  const actor = await begun();
  await writeStatement(deps, actor, { body: 'أول' });
  await writeStatement(deps, actor, { body: 'أول ثم ثانٍ' });
  expect(await readStatement(deps, actor)).toBe('أول ثم ثانٍ');
  await writeStatement(deps, actor, { body: '  \n' });
  expect(await readStatement(deps, actor)).toBe('');
});

it('names a recording once, however often it is announced', async () => {
  const actor = await begun();
  const announced = recording();
  expect(await announceRecording(deps, actor, announced)).toEqual({ recordingId: announced.id, state: 'expected' });
  expect(await announceRecording(deps, actor, announced)).toEqual({ recordingId: announced.id, state: 'expected' });
  expect((await announceRecording(deps, actor, recording(announced.sha256))).recordingId).toBe(announced.id);
  const both = await Promise.all([recording(), recording()].map((one) => announceRecording(deps, actor, one)));
  expect(new Set(both.map((one) => one.recordingId)).size).toBe(2);
  expect((await readMyTestimony(deps, actor)).recordings.map(({ position }) => position)).toEqual([1, 2, 3]);
});

it('refuses a recording’s id that is another’s', async () => {
  const announced = recording();
  await announceRecording(deps, await begun(), announced);
  await expect(announceRecording(deps, await begun(), { ...recording(), id: announced.id })).rejects.toMatchObject({
    code: 'invalid_input'
  });
});

it('R19 deletes a recording with its bytes; another person’s answers as what never was', async () => {
  const [actor, stranger] = [await begun(), await begun()];
  const announced = recording();
  await announceRecording(deps, actor, announced);
  await database.sql(`update recording set state = 'received', store_key = $2 where id = $1`, [announced.id, `recordings/${announced.id}`]);
  expect(await recordingState(deps, stranger, announced.id)).toBeNull();
  await expect(deleteRecording(deps, stranger, { recordingId: announced.id })).rejects.toMatchObject({ code: 'not_found' });
  await deleteRecording(deps, actor, { recordingId: announced.id });
  const promised = await database.sql(`select data from pgboss.job where name = 'forget-recording'`);
  expect(promised).toEqual([{ data: { recordingId: announced.id } }]);
  expect((await readMyTestimony(deps, actor)).recordings).toEqual([]);
});

it('is handed over only with consent to keep it, something told, all of it arrived, and the receipt typed back', async () => {
  const actor = await begun();
  const refused = async () => submitTestimony(deps, actor).then(String, (error) => error.detail.missing);
  expect(await refused()).toBe('receipt');
  const words = await makeReceipt(deps, actor, 'en');
  expect(await refused()).toBe('receipt');
  await confirmReceipt(deps, actor, words.join(' '));
  expect(await refused()).toBe('keep');
  await answer(actor, 'keep', 'unsure');
  expect(await refused()).toBe('keep');
  await answer(actor, 'keep', 'yes');
  expect(await refused()).toBe('content');
  const announced = recording();
  await announceRecording(deps, actor, announced);
  expect(await refused()).toBe('arrival');
  await asSystem(database.workerDb, (tx) =>
    tx.updateTable('recording').set({ state: 'received' }).where('id', '=', announced.id).execute()
  );
  await submitTestimony(deps, actor);
  expect((await readMyTestimony(deps, actor)).state).toBe('submitted');
  await expect(submitTestimony(deps, actor)).rejects.toMatchObject({ code: 'wrong_state' });
});

it('R8 binds the consent’s hash to those of what was told', async () => {
  const { actor } = await readyToSubmit();
  await submitTestimony(deps, actor);
  const events = await custodyOf(actor);
  expect(events.map(({ kind }) => kind)).toEqual(['begun', 'receipt_made', 'receipt_confirmed', 'consent_given', 'submitted']);
  const [consent, submitted] = events.slice(-2).map(({ detail }) => detail);
  const [text] = await database.sql<{ sha256: string }>(`select sha256 from consent_text where version = $1 and language = 'ar'`, [
    TEXT_VERSION
  ]);
  expect(consent).toMatchObject({ version: 1, textVersion: TEXT_VERSION, textLanguage: 'ar', textSha256: text!.sha256 });
  expect(submitted).toEqual({ consentSha256: consent!.sha256, recordings: [], statementSha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(JSON.stringify(events)).not.toContain('كنت هناك');
  expect(await jobsOf(actor)).toEqual(['take-in-statement']);
});

it('returns with the words on another device, and with no others', async () => {
  const { actor, words } = await readyToSubmit();
  const { cookie, testimonyId } = await openReceipt(deps, `1. ${words.join('  ')}`);
  expect(testimonyId).toBe(actor.testimonyId);
  expect(await contributorFromCookie(db, cookie)).toEqual({ kind: 'contributor', testimonyId });
  for (const wrong of [words.toReversed().join(' '), words.slice(1).join(' '), ''])
    await expect(openReceipt(deps, wrong)).rejects.toMatchObject({ code: 'receipt_unknown' });
});

it('makes other words only until they were typed back', async () => {
  const actor = await begun();
  const first = await makeReceipt(deps, actor, 'ar');
  const second = await makeReceipt(deps, actor, 'ar');
  await expect(confirmReceipt(deps, actor, first.join(' '))).rejects.toMatchObject({ code: 'receipt_wrong' });
  await confirmReceipt(deps, actor, second.join(' '));
  await expect(makeReceipt(deps, actor, 'ar')).rejects.toMatchObject({ code: 'wrong_state' });
  await expect(openReceipt(deps, first.join(' '))).rejects.toMatchObject({ code: 'receipt_unknown' });
});

it('draws no words without end: each drawing keeps those waiting who return', async () => {
  const actor = await begun();
  for (let drawn = 0; drawn < 10; drawn += 1) await makeReceipt(deps, actor, 'en');
  await expect(makeReceipt(deps, actor, 'en')).rejects.toMatchObject({ code: 'too_many_requests' });
  await expect(makeReceipt(deps, await begun(), 'en')).resolves.toHaveLength(8);
});

it('tells the index and the log of each answer changed after handing over', async () => {
  const { actor } = await readyToSubmit();
  await submitTestimony(deps, actor);
  await answer(actor, 'public', 'no');
  expect((await custodyOf(actor)).at(-1)!.kind).toBe('consent_changed');
  expect(await jobsOf(actor)).toEqual(['index-testimony', 'take-in-statement']);
});

it('R9 R10 is withdrawn in one step from any state, once, and stays visible to its own person', async () => {
  const { actor } = await readyToSubmit();
  await submitTestimony(deps, actor);
  await withdrawTestimony(deps, actor, { destroyRecordings: true });
  expect((await readMyTestimony(deps, actor)).state).toBe('withdrawn');
  expect((await custodyOf(actor)).at(-1)).toEqual({ kind: 'withdrawn', detail: { destroyRecordings: true } });
  expect(await jobsOf(actor)).toEqual(['forget-testimony', 'index-testimony', 'take-in-statement']);
  await expect(withdrawTestimony(deps, actor, { destroyRecordings: false })).rejects.toMatchObject({ code: 'wrong_state' });
  await expect(answer(actor, 'public', 'yes')).rejects.toMatchObject({ code: 'wrong_state' });
  await expect(writeStatement(deps, actor, { body: 'x' })).rejects.toMatchObject({ code: 'wrong_state' });
});

it('carries messages both ways, and marks the desk’s as read', async () => {
  const actor = await begun();
  await sendMessage(deps, actor, { body: 'متى؟' });
  await database.sql(`insert into message (testimony_id, sender, body) values ($1, 'desk', 'قريبًا')`, [actor.testimonyId]);
  expect((await readMyTestimony(deps, actor)).unread).toBe(1);
  expect((await readMessages(deps, actor)).map(({ sender, body, isNew }) => ({ sender, body, isNew }))).toEqual([
    { sender: 'contributor', body: 'متى؟', isNew: false },
    { sender: 'desk', body: 'قريبًا', isNew: true }
  ]);
  expect((await readMyTestimony(deps, actor)).unread).toBe(0);
});

it('R24 tells the person of the public version once it is rendered, and gives a light copy of each recording', async () => {
  const actor = await begun();
  const announced = recording();
  await announceRecording(deps, actor, announced);
  expect(await readMyTestimony(deps, actor)).toMatchObject({ edition: null, recordings: [{ copy: null }] });
  const [list] = await database.sql<{ id: string }>(`insert into edit_list (testimony_id, number) values ($1, 1) returning id`, [
    actor.testimonyId
  ]);
  await database.sql(`update testimony set edit_list_id = $2 where id = $1`, [actor.testimonyId, list!.id]);
  const made = async (kind: string, editList: string | null) =>
    (
      await database.sql<{ id: string }>(
        `insert into rendition (recording_id, testimony_id, edit_list_id, kind, media_type, bytes, sha256, store_key)
         values ($1, $2, $3, $4, 'audio/ogg', 1, $5, $6) returning id`,
        [announced.id, actor.testimonyId, editList, kind, sha(), `renditions/${randomUUID()}`]
      )
    )[0]!.id;
  const light = await made('light_audio', null);
  await made('public_audio', list!.id);
  await database.sql(`begin; set local session_replication_role = replica; update testimony set state = 'in_review' where id = '${actor.testimonyId}';
    update edit_list set sealed_at = now(), rendered_at = now() where id = '${list!.id}'; commit`);
  expect(await readMyTestimony(deps, actor)).toMatchObject({
    edition: { answer: null, leftToArchive: false },
    recordings: [{ copy: { id: light, hasPicture: false } }]
  });
});

it('takes as much as a long story needs, and not a disk full', async () => {
  const actor = await begun();
  await announceRecording(deps, actor, { ...recording(), bytes: MOST_BYTES });
  await announceRecording(deps, actor, { ...recording(), bytes: MOST_BYTES - 1_000 });
  await announceRecording(deps, actor, recording());
  await expect(announceRecording(deps, actor, recording())).rejects.toMatchObject({ code: 'file_too_large' });
});

it('R9 says so when the answers as they stand open a published testimony to nobody', async () => {
  const actor = await begun();
  await answer(actor, 'keep', 'yes');
  await answer(actor, 'public', 'yes');
  expect((await readMyTestimony(deps, actor)).isClosed).toBe(false);
  await database.sql(`alter table testimony disable trigger user`);
  await database.sql(`update testimony set state = 'published' where id = $1`, [actor.testimonyId]);
  await database.sql(`alter table testimony enable trigger user`);
  expect((await readMyTestimony(deps, actor)).isClosed).toBe(false);
  await answer(actor, 'public', 'unsure');
  expect((await readMyTestimony(deps, actor)).isClosed).toBe(true);
});

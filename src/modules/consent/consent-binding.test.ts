import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeReceipt } from '#modules/testimony/make-receipt.server.ts';
import { confirmReceipt } from '#modules/testimony/confirm-receipt.server.ts';
import { submitTestimony } from '#modules/testimony/submit-testimony.server.ts';
import type { Contributor } from '#platform/actor.ts';
import { asSystem } from '#platform/db.server.ts';
import { closeQueue, openQueue } from '#platform/jobs.server.ts';
import { testDatabase } from '#tests/database.ts';
import { announced, someoneTelling, testEnv } from '#tests/support/telling.ts';
import { answerConsent } from './answer-consent.server.ts';
import { addEarlierAccount, readEarlierAccounts, removeEarlierAccount } from './earlier-accounts.server.ts';
import { canonical, QUESTIONS } from './rules.ts';
import { TEXT_VERSION } from './texts.server.ts';

const database = await testDatabase();
const { db, workerDb, sql } = database;
const deps = { db, env: testEnv({ webUrl: database.webUrl, dataDir: '/nowhere' }) };
beforeAll(() => openQueue(db));
afterAll(async () => {
  await closeQueue();
  await database.close();
});

const answer = (actor: Contributor, question: (typeof QUESTIONS)[number], given: 'yes' | 'no', textLanguage: 'ar' | 'en' = 'ar') =>
  answerConsent(deps, actor, { question, answer: given, textVersion: TEXT_VERSION, textLanguage });
const eventsOf = ({ testimonyId }: Contributor, kind: string) =>
  sql<{ detail: Record<string, unknown> }>('select detail from custody_event where testimony_id = $1 and kind = $2 order by position', [
    testimonyId,
    kind
  ]);

/** A recording of theirs, arrived and handed over with consent to keep it. */
async function handedOver() {
  const { contributor: actor } = await someoneTelling(db);
  await answer(actor, 'keep', 'yes');
  await answer(actor, 'journalists', 'no', 'en');
  const recording = await announced(db, actor, 64);
  await asSystem(workerDb, (tx) => tx.updateTable('recording').set({ state: 'received' }).where('id', '=', recording.id).execute());
  const words = await makeReceipt(deps, actor, 'en');
  await confirmReceipt(deps, actor, words.join(' '));
  await submitTestimony(deps, actor);
  return { actor, recording };
}

/** The consent's hash, computed from the tables alone as a verifier would. */
async function recomputed({ testimonyId }: Contributor, version: number): Promise<string> {
  const [row] = await sql(
    `select c.*, t.sha256 as text_sha256, t.body from consent c join consent_text t on t.version = c.text_version and t.language = c.text_language
     where c.testimony_id = $1 and c.version = $2`,
    [testimonyId, version]
  );
  const textSha256 = createHash('sha256').update(canonical(row!.body)).digest('hex');
  expect(textSha256, 'the stored words are those of their hash').toBe(row!.text_sha256);
  const answers = Object.fromEntries(QUESTIONS.map((question) => [question, row![question]]));
  const bound = { testimonyId, version, givenAt: (row!.given_at as Date).toISOString(), textSha256, answers };
  return createHash('sha256').update(canonical(bound)).digest('hex');
}

it('R8 binds text version, language, time and answers to the SHA-256 of the recording, so that anyone can compute it again', async () => {
  const { actor, recording } = await handedOver();
  const [given] = await eventsOf(actor, 'consent_given');
  const [submitted] = await eventsOf(actor, 'submitted');
  expect(given!.detail).toMatchObject({ version: 2, textVersion: TEXT_VERSION, textLanguage: 'en' });
  expect(given!.detail.sha256).toBe(await recomputed(actor, 2));
  expect(submitted!.detail).toEqual({
    consentSha256: given!.detail.sha256,
    recordings: [{ id: recording.id, sha256: recording.sha256 }]
  });
});

it('R8 binds an answer changed later to the recordings it is about', async () => {
  const { actor, recording } = await handedOver();
  await answer(actor, 'journalists', 'yes');
  const [changed] = await eventsOf(actor, 'consent_changed');
  expect(changed!.detail).toMatchObject({
    version: 3,
    textLanguage: 'ar',
    sha256: await recomputed(actor, 3),
    recordings: [{ id: recording.id, sha256: recording.sha256 }]
  });
});

it('R8 keeps every version of consent as it was given', async () => {
  const { actor } = await handedOver();
  await expect(sql(`update consent set journalists = 'yes' where testimony_id = $1`, [actor.testimonyId])).rejects.toMatchObject({
    code: 'SW010'
  });
});

it('R15 keeps to whom it was told before, with a link instead of telling it again, while it is being told', async () => {
  const { contributor: actor } = await someoneTelling(db);
  const { contributor: stranger } = await someoneTelling(db);
  await addEarlierAccount(deps, actor, { toldTo: 'court', link: 'https://example.org/hearing', note: null });
  await addEarlierAccount(deps, actor, { toldTo: 'organisation', link: null, note: '٢٠١٩' });
  const earlier = await readEarlierAccounts(deps, actor, actor);
  expect(earlier.map(({ toldTo, link, note }) => [toldTo, link, note])).toEqual([
    ['court', 'https://example.org/hearing', null],
    ['organisation', null, '٢٠١٩']
  ]);
  expect(await readEarlierAccounts(deps, stranger, actor)).toEqual([]);
  await expect(removeEarlierAccount(deps, stranger, earlier[0]!)).rejects.toMatchObject({ code: 'not_found' });
  await removeEarlierAccount(deps, actor, earlier[0]!);
  expect(await readEarlierAccounts(deps, actor, actor)).toHaveLength(1);
  const [event] = await eventsOf(actor, 'earlier_account_named');
  expect(event!.detail).toEqual({ toldTo: 'court' });

  const { actor: done } = await handedOver();
  await expect(addEarlierAccount(deps, done, { toldTo: 'court', link: null, note: null })).rejects.toMatchObject({ code: 'not_found' });
});

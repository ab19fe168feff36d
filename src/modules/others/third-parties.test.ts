import { afterAll, beforeAll, expect, it } from 'vitest';
import { gatherDescriptions, gatherPassages } from '#modules/publication/gather-edition.server.ts';
import { approveTestimony } from '#modules/review/approve-testimony.server.ts';
import type { Actor } from '#platform/actor.ts';
import { asActor, asSystem } from '#platform/db.server.ts';
import { closeQueue, openQueue } from '#platform/jobs.server.ts';
import { testDatabase } from '#tests/database.ts';
import { assessed, custodyOf, staff, testimony, type Laid } from '#tests/support/testimony-fixtures.ts';
import { assessThirdParty } from './assess-third-party.server.ts';
import { flagThirdParty, readMyFlags, unflagThirdParty } from './flag-third-party.server.ts';
import { namesLeftOut, readThirdParties } from './read-third-parties.server.ts';

const database = await testDatabase();
const { db, workerDb, sql } = database;
const deps = { db };
beforeAll(() => openQueue(db));
afterAll(async () => {
  await closeQueue();
  await database.close();
});

const SPOKEN = [
  { startMs: 1_000, endMs: 4_000, text: 'كان معنا سامر الحسن في الغرفة', translations: { en: 'Samer al-Hasan was with us in the room' } },
  { startMs: 5_000, endMs: 8_000, text: 'ونقسم الرغيف أربعة أقسام', translations: { en: 'and we cut the loaf into four' } }
];
const REASON = 'He is dead and his family asked for his name to be told.';
const teller = ({ id }: Laid) => ({ kind: 'contributor', testimonyId: id }) as const;

async function underReview() {
  const reviewer = await staff(sql, ['reviewer']);
  const laid = await testimony(sql, { kind: 'written', spoken: SPOKEN, title: 'غرفة سامر الحسن', sealed: true });
  return { reviewer, laid };
}
const publicText = async (laid: Laid) =>
  asSystem(workerDb, async (tx) => ({
    passages: await gatherPassages(tx, { id: laid.id, sealedAt: new Date() }, [], []),
    title: (await gatherDescriptions(tx, laid.id)).ar!.title
  }));

it('R16 leaves a flagged name out of every public text until somebody wrote down why it may be named', async () => {
  const { reviewer, laid } = await underReview();
  expect((await publicText(laid)).passages[0]!.text).toContain('سامر الحسن');
  await flagThirdParty(deps, reviewer, { testimonyId: laid.id, name: 'سامر الحسن', note: null });

  const masked = await publicText(laid);
  expect(masked.title).toBe('غرفة […]');
  expect(masked.passages.map(({ text }) => text)).toEqual(['كان معنا […] في الغرفة', 'ونقسم الرغيف أربعة أقسام']);
  // A translation writes the name in letters nobody looks for: it stays back, and that of the other passage does not.
  expect(masked.passages.map(({ translations }) => Object.keys(translations))).toEqual([[], ['en']]);
  expect(JSON.stringify(masked)).not.toMatch(/سامر|Samer/);

  const { id } = (await readThirdParties(deps, reviewer, { testimonyId: laid.id }))[0]!;
  await assessThirdParty(deps, reviewer, { thirdPartyId: id, verdict: 'leave_out', reason: REASON });
  expect((await publicText(laid)).passages[0]!.text).toBe('كان معنا […] في الغرفة');
  await assessThirdParty(deps, reviewer, { thirdPartyId: id, verdict: 'may_be_named', reason: REASON });
  expect((await publicText(laid)).passages[0]!.text).toBe('كان معنا سامر الحسن في الغرفة');
  expect(await custodyOf(sql, laid)).toEqual(['third_party_flagged', 'third_party_assessed', 'third_party_assessed']);
});

it('R16 R31 approves nothing while somebody who is named was not assessed, and changes nothing once it is approved', async () => {
  const { reviewer, laid } = await underReview();
  await assessed(sql, laid, reviewer);
  await flagThirdParty(deps, reviewer, { testimonyId: laid.id, name: 'سامر', note: 'still detained' });
  const approval = { testimonyId: laid.id, editListId: laid.editListId!, reason: 'Read it from beginning to end.' };
  await expect(approveTestimony(deps, reviewer, approval)).rejects.toMatchObject({ code: 'third_party_unassessed' });
  const { id } = (await readThirdParties(deps, reviewer, { testimonyId: laid.id }))[0]!;
  await assessThirdParty(deps, reviewer, { thirdPartyId: id, verdict: 'leave_out', reason: REASON });
  await approveTestimony(deps, reviewer, approval);
  for (const change of [
    () => assessThirdParty(deps, reviewer, { thirdPartyId: id, verdict: 'may_be_named', reason: REASON }),
    () => unflagThirdParty(deps, reviewer, { thirdPartyId: id }),
    () => flagThirdParty(deps, reviewer, { testimonyId: laid.id, name: 'هدى', note: null })
  ])
    await expect(change()).rejects.toMatchObject({ code: 'approved_already' });
});

it('R16 an approval is of who is left out as well', async () => {
  const { reviewer, laid } = await underReview();
  await assessed(sql, laid, reviewer);
  const words = async () => (await sql<{ words: string }>('select app.words_of($1) as words', [laid.id]))[0]!.words;
  const before = await words();
  await flagThirdParty(deps, reviewer, { testimonyId: laid.id, name: 'سامر', note: null });
  expect(await words()).not.toBe(before);
});

it('R16 lets a person flag others while telling, and nobody learn of it but those who review', async () => {
  const laid = await testimony(sql, { state: 'changes_requested', spoken: SPOKEN, kind: 'written' });
  const other = await testimony(sql, { state: 'in_review', spoken: SPOKEN, kind: 'written' });
  await flagThirdParty(deps, teller(laid), { testimonyId: laid.id, name: 'سامر', note: 'my cousin' });
  const [flag] = await readMyFlags(deps, teller(laid));
  expect(flag).toMatchObject({ name: 'سامر', note: 'my cousin' });
  await expect(flagThirdParty(deps, teller(other), { testimonyId: other.id, name: 'x', note: null })).rejects.toMatchObject({
    code: 'not_found'
  });
  await expect(flagThirdParty(deps, teller(laid), { testimonyId: other.id, name: 'x', note: null })).rejects.toMatchObject({
    code: 'not_found'
  });

  const left = (actor: Actor) => asActor(db, actor, (tx) => namesLeftOut(tx, laid.id));
  const [reviewer, custodian] = [await staff(sql, ['reviewer']), await staff(sql, ['custodian'])];
  expect(await left(teller(laid))).toEqual(['سامر']);
  expect(await left(reviewer)).toEqual(['سامر']);
  expect(await left(teller(other))).toEqual([]);
  expect(await left(custodian)).toEqual([]);
  expect(await readThirdParties(deps, custodian, { testimonyId: laid.id })).toEqual([]);
  await expect(unflagThirdParty(deps, reviewer, { thirdPartyId: flag!.id }), 'theirs to take back').rejects.toMatchObject({
    code: 'not_found'
  });
  await unflagThirdParty(deps, teller(laid), { thirdPartyId: flag!.id });
  expect(await left(reviewer)).toEqual([]);
});

it('R16 says where a name that leaves the text is still heard, until its sound is hidden', async () => {
  const reviewer = await staff(sql, ['reviewer']);
  const laid = await testimony(sql, { kind: 'audio', spoken: SPOKEN });
  await flagThirdParty(deps, reviewer, { testimonyId: laid.id, name: 'سامر الحسن', note: null });
  const heard = async () => (await readThirdParties(deps, reviewer, { testimonyId: laid.id }))[0]!.heard;
  expect(await heard()).toEqual([
    { recording: 1, startMs: 2_000, endMs: 2_500 },
    { recording: 1, startMs: 2_500, endMs: 3_000 }
  ]);
  const [list] = await sql<{ id: string }>('insert into edit_list (testimony_id, number) values ($1, 1) returning id', [laid.id]);
  await sql('update testimony set edit_list_id = $2 where id = $1', [laid.id, list!.id]);
  await sql(
    `insert into redaction (edit_list_id, testimony_id, recording_id, start_ms, end_ms, treatment, reason) values ($1, $2, $3, 1900, 2600, 'mute', 'third_party')`,
    [list!.id, laid.id, laid.recordingId]
  );
  expect(await heard()).toEqual([{ recording: 1, startMs: 2_500, endMs: 3_000 }]);
});

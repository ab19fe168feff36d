import { afterAll, beforeAll, expect, it } from 'vitest';
import { listMessages } from '#modules/messages/list-messages.server.ts';
import { approveTestimony } from '#modules/review/approve-testimony.server.ts';
import { correctOwnWords, readOwnWords } from '#modules/transcript/own-words.server.ts';
import { editSegment } from '#modules/transcript/edit-segment.server.ts';
import { readVersions } from '#modules/transcript/read-versions.server.ts';
import type { Account, Contributor } from '#platform/actor.ts';
import { testDatabase } from '#tests/database.ts';
import { assessed, custodyOf, staff, testimony, type Laid } from '#tests/support/testimony-fixtures.ts';
import { askForCut, readOwnCuts, settleCut, takeCutBack } from './cut-requests.server.ts';

const database = await testDatabase();
const { db, sql } = database;
let first: Account;
let second: Account;
beforeAll(async () => {
  first = await staff(sql, ['reviewer']);
  second = await staff(sql, ['reviewer']);
});
afterAll(database.close);

const personOf = ({ id }: Laid): Contributor => ({ kind: 'contributor', testimonyId: id });
const versionOf = async (laid: Laid, at: number) =>
  (await readOwnWords({ db }, personOf(laid))).passages.find(({ id }) => id === laid.segmentIds[at])!.version;
const ask = async (laid: Laid, word: number[], why = '') =>
  askForCut({ db }, personOf(laid), { segmentId: laid.segmentIds[0]!, version: await versionOf(laid, 0), word, why });
const redactions = (laid: Laid) =>
  sql(
    'select r.start_ms, r.end_ms, r.treatment, r.reason from redaction r join testimony t on t.edit_list_id = r.edit_list_id where t.id = $1',
    [laid.id]
  );

it('R24 makes of marked words a redaction with their times, once a reviewer takes them out', async () => {
  const laid = await testimony(sql);
  await ask(laid, [1, 2], 'اسم');
  const [asked] = await readOwnCuts({ db }, personOf(laid));
  expect(asked).toMatchObject({ words: 'نقسم الرغيف', why: 'اسم', outcome: null });
  await settleCut({ db }, first, { testimonyId: laid.id, cutId: asked!.id, outcome: 'taken_out', treatment: 'mute' });
  expect(await redactions(laid)).toEqual([
    { start_ms: asked!.startMs, end_ms: asked!.endMs, treatment: 'mute', reason: 'contributor_asked' }
  ]);
  await expect(
    settleCut({ db }, second, { testimonyId: laid.id, cutId: asked!.id, outcome: 'taken_out', treatment: 'cut' })
  ).rejects.toMatchObject({ code: 'changed_meanwhile' });
  expect(await custodyOf(sql, laid)).toEqual(['cut_asked', 'redacted', 'cut_settled']);
});

it('R24 approves nothing over the head of somebody who asked for a cut, until it is answered or taken back', async () => {
  const laid = await testimony(sql, { sealed: true });
  await assessed(sql, laid, first);
  await ask(laid, []);
  const approval = { testimonyId: laid.id, editListId: laid.editListId!, reason: 'Watched from its beginning to its end.' };
  await expect(approveTestimony({ db }, first, approval)).rejects.toMatchObject({ code: 'cuts_open' });
  const [asked] = await readOwnCuts({ db }, personOf(laid));
  await settleCut({ db }, first, { testimonyId: laid.id, cutId: asked!.id, outcome: 'answered', answer: 'لا يدل على أحد.' });
  expect((await listMessages({ db }, first, { testimonyId: laid.id })).map(({ body }) => body)).toEqual(['لا يدل على أحد.']);
  await ask(laid, [0]);
  await takeCutBack({ db }, personOf(laid), { cutId: (await readOwnCuts({ db }, personOf(laid))).find(({ outcome }) => !outcome)!.id });
  await expect(takeCutBack({ db }, personOf(laid), { cutId: asked!.id }), 'a settled one stays').rejects.toMatchObject({
    code: 'not_found'
  });
  expect(await approveTestimony({ db }, first, approval)).toBe(1);
});

it('R24 brings back to the desk what waited to be published, when its person asks for a cut', async () => {
  const laid = await testimony(sql, { state: 'scheduled', sealed: true });
  await ask(laid, []);
  expect(await sql('select state::text from testimony where id = $1', [laid.id])).toEqual([{ state: 'in_review' }]);
});

it('asks for nothing in a testimony of somebody else, nor in one that was published', async () => {
  const mine = await testimony(sql);
  const theirs = await testimony(sql);
  const segmentId = theirs.segmentIds[0]!;
  await expect(askForCut({ db }, personOf(mine), { segmentId, version: 1, word: [], why: '' })).rejects.toMatchObject({
    code: 'not_found'
  });
  const published = await testimony(sql, { state: 'published', sealed: true });
  await expect(ask(published, [])).rejects.toMatchObject({ code: 'not_found' });
});

it('R26 lets a person correct their own words: theirs from then on, the machine’s beside them, earlier ones kept', async () => {
  const laid = await testimony(sql);
  const { passages } = await readOwnWords({ db }, personOf(laid));
  const { id, version, machineText, text } = passages[0]!;
  await correctOwnWords({ db }, personOf(laid), { segmentId: id, version, text: 'كنّا نقسم الرغيف خمسة أقسام' });
  const [now] = (await readOwnWords({ db }, personOf(laid))).passages;
  expect(now).toMatchObject({
    text: 'كنّا نقسم الرغيف خمسة أقسام',
    provenance: 'human',
    confirmed: false,
    machineText,
    version: version + 1
  });
  expect(now!.words.map(({ w }) => w)).toEqual(['كنّا', 'نقسم', 'الرغيف', 'خمسة', 'أقسام']);
  expect(await sql('select text, changed_as from segment_version where segment_id = $1', [id])).toEqual([
    { text, changed_as: 'contributor' }
  ]);
  expect(await readVersions({ db }, first, { segmentId: id })).toMatchObject([{ text }]);
  expect(await custodyOf(sql, laid)).toEqual(['text_corrected_by_person']);
});

it('R26 overwrites nothing: of a person and the desk who change one passage at once, the second is told', async () => {
  const laid = await testimony(sql);
  const segmentId = laid.segmentIds[0]!;
  const version = await versionOf(laid, 0);
  await editSegment({ db }, first, { segmentId, version, text: 'نصّ المكتب' });
  await expect(correctOwnWords({ db }, personOf(laid), { segmentId, version, text: 'نصّي' })).rejects.toMatchObject({
    code: 'changed_meanwhile'
  });
  expect(await sql('select text from segment where id = $1', [segmentId])).toEqual([{ text: 'نصّ المكتب' }]);
});

it('R26 corrects neither somebody else’s words, nor what somebody approved, nor who speaks and when', async () => {
  const laid = await testimony(sql, { sealed: true });
  const other = await testimony(sql);
  const segmentId = laid.segmentIds[0]!;
  const version = await versionOf(laid, 0);
  await expect(correctOwnWords({ db }, personOf(other), { segmentId, version, text: 'غيره' })).rejects.toMatchObject({ code: 'not_found' });
  await assessed(sql, laid, first);
  await approveTestimony({ db }, first, {
    testimonyId: laid.id,
    editListId: laid.editListId!,
    reason: 'Watched from its beginning to its end.'
  });
  await expect(correctOwnWords({ db }, personOf(laid), { segmentId, version, text: 'غيره' })).rejects.toMatchObject({
    code: 'approved_already'
  });
  expect((await readOwnWords({ db }, personOf(laid))).mayCorrect).toBe(false);
  expect(
    await sql(
      `select has_column_privilege('contributor', 'segment', c, 'update') as may from unnest(array['speaker', 'start_ms', 'machine_text']) c`
    )
  ).toEqual([{ may: false }, { may: false }, { may: false }]);
});

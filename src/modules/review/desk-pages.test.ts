import { afterAll, beforeAll, expect, it } from 'vitest';
import * as v from 'valibot';
import { testDatabase } from '#tests/database.ts';
import { assessed, staff, testimony } from '#tests/support/testimony-fixtures.ts';
import type { Account } from '#platform/actor.ts';
import { assignLinguist, unassignLinguist } from './assign-linguist.server.ts';
import { describeTestimony } from './describe-testimony.server.ts';
import { Description } from './description.ts';
import { readDecisionPage } from './read-decision-page.server.ts';
import { readOverview } from './read-overview.server.ts';

const database = await testDatabase();
const { db, sql } = database;
const deps = { db };
let reviewer: Account, linguist: Account;
beforeAll(async () => {
  reviewer = await staff(sql, ['reviewer'], 'ر. س.');
  linguist = await staff(sql, ['linguist'], 'م. ك.');
});
afterAll(database.close);

const asTyped = (testimonyId: string, rest: Record<string, unknown> = {}) =>
  v.parse(Description, {
    testimonyId,
    language: 'ar',
    words: { ar: { title: 'حصّة الغائب', summary: 'عن الخبز' }, en: { title: 'The absent one’s share', summary: '' } },
    facilityId: '',
    yearFrom: '٢٠١٢',
    yearTo: '2014',
    themeIds: [],
    warnings: [{ kind: 'violence', note: '', startMs: '1:05', endMs: '1:20' }],
    hard: true,
    ...rest
  });

it('R38 describes a testimony in whole: words, years, themes, warnings with their times, hard material', async () => {
  const { id } = await testimony(sql, { title: null });
  const [theme] = await sql<{ id: string }>(`insert into theme (slug, name_ar, name_en) values ('bread', 'الخبز', 'Bread') returning id`);
  await describeTestimony(deps, reviewer, asTyped(id, { themeIds: [theme!.id] }));
  const { head, described } = await readOverview(deps, reviewer, { testimonyId: id, locale: 'en' });
  expect(head).toMatchObject({ title: 'The absent one’s share', titleLanguage: 'en', hard: true });
  expect(described).toEqual({
    words: { ar: { title: 'حصّة الغائب', summary: 'عن الخبز' }, en: { title: 'The absent one’s share', summary: '' } },
    facilityId: null,
    yearFrom: 2012,
    yearTo: 2014,
    themeIds: [theme!.id],
    warnings: [{ kind: 'violence', note: '', startMs: 65_000, endMs: 80_000 }]
  });
  await describeTestimony(
    deps,
    reviewer,
    asTyped(id, { words: { ar: { title: 'الفرن', summary: '' }, en: { title: '', summary: '' } }, warnings: [] })
  );
  const again = await readOverview(deps, reviewer, { testimonyId: id, locale: 'en' });
  expect(again.head).toMatchObject({ title: 'الفرن', titleLanguage: 'ar' });
  expect(again.described).toMatchObject({ themeIds: [], warnings: [] });
});

it('describes nothing once it is approved, and nothing for whoever may not', async () => {
  const done = await testimony(sql, { state: 'approved', sealed: true });
  await expect(describeTestimony(deps, reviewer, asTyped(done.id))).rejects.toMatchObject({ code: 'wrong_state' });
  const open = await testimony(sql);
  await expect(describeTestimony(deps, linguist, asTyped(open.id))).rejects.toMatchObject({ code: 'not_found' });
});

it('shows a linguist a testimony while it is assigned to them, without its log, and the same 404 before and after', async () => {
  const { id } = await testimony(sql);
  const read = () => readOverview(deps, linguist, { testimonyId: id, locale: 'ar' });
  await expect(read()).rejects.toMatchObject({ code: 'not_found' });
  await assignLinguist(deps, reviewer, { testimonyId: id, userId: linguist.userId, task: 'transcribe' });
  const overview = await read();
  expect(overview).toMatchObject({ log: [], chain: null, linguists: [], passages: 3 });
  expect(overview.recordings[0]).toMatchObject({ state: 'verified', playable: { kind: 'light_audio' } });
  await expect(readDecisionPage(deps, linguist, { testimonyId: id, locale: 'ar' })).rejects.toMatchObject({ code: 'not_found' });
  await unassignLinguist(deps, reviewer, { testimonyId: id, userId: linguist.userId, task: 'transcribe' });
  await expect(read()).rejects.toMatchObject({ code: 'not_found' });
});

it('assigns only to linguists', async () => {
  const { id } = await testimony(sql);
  await expect(assignLinguist(deps, reviewer, { testimonyId: id, userId: reviewer.userId, task: 'translate' })).rejects.toMatchObject({
    code: 'not_found'
  });
  await expect(assignLinguist(deps, linguist, { testimonyId: id, userId: linguist.userId, task: 'translate' })).rejects.toMatchObject({
    code: 'not_found'
  });
});

it('puts before two people what they decide about: rendition, risk, consent, custody', async () => {
  const laid = await testimony(sql, { sealed: true, answers: { court: 'unsure' } });
  await assessed(sql, laid, reviewer);
  const page = await readDecisionPage(deps, reviewer, { testimonyId: laid.id, locale: 'ar' });
  expect(page).toMatchObject({
    editList: { id: laid.editListId, number: 1 },
    unmet: [],
    renditions: [{ id: laid.renditionId, kind: 'public_audio' }],
    risk: { author: 'ر. س.', family: { level: 'medium' } },
    approvals: [],
    submittedByMe: false,
    decidedByMe: false,
    coolingOffDays: 14
  });
  expect(page.passages.map(({ text }) => text)).toHaveLength(3);
  expect(page.consent?.answers).toContainEqual({ use: 'court', answer: 'unsure' });
});

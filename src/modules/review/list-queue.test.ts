import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '#tests/database.ts';
import { assessed, staff, testimony, type Laid } from '#tests/support/testimony-fixtures.ts';
import type { Account } from '#platform/actor.ts';
import { listQueue } from './list-queue.server.ts';
import type { List } from './rules.ts';

const database = await testDatabase();
const { db, sql } = database;
let reviewer: Account, other: Account;
const laid: Record<string, Laid> = {};

beforeAll(async () => {
  reviewer = await staff(sql, ['reviewer']);
  other = await staff(sql, ['reviewer']);
  laid.submitted = await testimony(sql, { state: 'submitted', title: null });
  laid.kurdish = await testimony(sql, { state: 'submitted', language: 'ku', spoken: null, title: 'طريق المدرسة' });
  laid.second = await testimony(sql, { sealed: true, title: 'رسائل من النافذة' });
  await assessed(sql, laid.second, other);
  await sql(`insert into decision (testimony_id, edit_list_id, reviewer_id, verdict, reason) values ($1, $2, $3, 'approve', $4)`, [
    laid.second.id,
    laid.second.editListId,
    other.userId,
    'المقطعان المحذوفان كافيان، والمعاينة أُقرّت.'
  ]);
  laid.replied = await testimony(sql, { state: 'changes_requested' });
  await sql(`insert into message (testimony_id, sender, body) values ($1, 'contributor', 'نعم')`, [laid.replied.id]);
  laid.scheduled = await testimony(sql, { state: 'scheduled', sealed: true });
  laid.published = await testimony(sql, { state: 'published', sealed: true });
  laid.draft = await testimony(sql, { state: 'draft' });
});
afterAll(database.close);

const numbers = async (actor: Account, list: List, find = '') =>
  (await listQueue({ db }, actor, { list, find, locale: 'ar' })).rows.map(({ number }) => number);

it('sorts testimonies into the lists, and never shows a draft', async () => {
  const { counts } = await listQueue({ db }, reviewer, { list: 'all', find: '', locale: 'ar' });
  expect(counts).toEqual({
    all: 5,
    mine: 1,
    triage: 2,
    needs_human: 1,
    second_decision: 1,
    replied: 1,
    cooling_off: 1,
    published: 1
  });
  expect(await numbers(reviewer, 'second_decision')).toEqual([laid.second!.number]);
  expect(await numbers(reviewer, 'mine')).toEqual([laid.second!.number]);
  expect(await numbers(other, 'mine')).toEqual([]);
});

it('says what each one waits for', async () => {
  const { rows } = await listQueue({ db }, reviewer, { list: 'all', find: '', locale: 'ar' });
  const waits = Object.fromEntries(rows.map(({ number, waitsFor }) => [number, waitsFor]));
  expect(waits[laid.submitted!.number]).toBe('triage');
  expect(waits[laid.kurdish!.number]).toBe('linguist');
  expect(waits[laid.second!.number]).toBe('second_decision');
  expect(waits[laid.replied!.number]).toBe('reply');
  expect(waits[laid.scheduled!.number]).toBe('cooling_off');
});

it('finds by number, in either digits, and by words of a title', async () => {
  const { number } = laid.second!;
  for (const find of [
    `S-${String(number).padStart(4, '0')}`,
    String(number),
    String(number).replace(/\d/g, (d) => '٠١٢٣٤٥٦٧٨٩'[Number(d)]!)
  ])
    expect(await numbers(reviewer, 'all', find)).toEqual([number]);
  expect(await numbers(reviewer, 'triage', 'النافذة')).toEqual([number]);
  expect(await numbers(reviewer, 'all', "'; drop table testimony; --")).toEqual([]);
});

it('shows a linguist what is assigned to them, and admins, readers and custodians nothing', async () => {
  const linguist = await staff(sql, ['linguist']);
  await sql(`insert into assignment (testimony_id, user_id, task) values ($1, $2, 'transcribe')`, [laid.kurdish!.id, linguist.userId]);
  expect(await numbers(linguist, 'all')).toEqual([laid.kurdish!.number]);
  expect(await numbers(linguist, 'mine')).toEqual([laid.kurdish!.number]);
  for (const role of ['admin', 'reader', 'custodian'] as const) expect(await numbers(await staff(sql, [role]), 'all')).toEqual([]);
});

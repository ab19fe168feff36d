import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '#tests/database.ts';
import { staff, testimony } from '#tests/support/testimony-fixtures.ts';
import type { Account } from '#platform/actor.ts';
import { asActor } from '#platform/db.server.ts';
import { recordEvent } from './record-event.server.ts';
import { verifyCustody } from './verify-custody.server.ts';

const database = await testDatabase();
const { db, sql } = database;
let reviewer: Account;
beforeAll(async () => {
  reviewer = await staff(sql, ['reviewer']);
});
afterAll(database.close);

async function logged() {
  const laid = await testimony(sql);
  await asActor(db, reviewer, async (tx) => {
    await recordEvent(tx, laid.id, 'redacted', { count: 2, treatment: 'cut', الجزء: 'أول' });
    await recordEvent(tx, laid.id, 'edit_list_sealed', { number: 1 });
    await recordEvent(tx, laid.id, 'approved_by_one');
  });
  return laid;
}

/** Changes the log as somebody with the whole database in hand would. */
async function tamper(statement: string, id: string) {
  await sql('alter table custody_event disable trigger user');
  await sql(statement, [id]);
  await sql('alter table custody_event enable trigger user');
}

it('R36 computes the digest the database computed, and finds an untouched chain intact', async () => {
  const { id } = await logged();
  expect(await verifyCustody({ db }, reviewer, { testimonyId: id })).toEqual({
    intact: true,
    length: 3,
    head: expect.stringMatching(/^[0-9a-f]{64}$/)
  });
});

it.each([
  ['a changed detail', `update custody_event set detail = '{"number": 2}' where testimony_id = $1 and position = 2`, 2],
  ['another time', `update custody_event set at = at + interval '1 microsecond' where testimony_id = $1 and position = 1`, 1],
  ['another person', `update custody_event set actor_id = gen_random_uuid() where testimony_id = $1 and position = 3`, 3],
  ['an event taken out', `delete from custody_event where testimony_id = $1 and position = 2`, 2],
  ['a first event taken out', `delete from custody_event where testimony_id = $1 and position = 1`, 1]
])('R36 finds %s', async (_, statement, brokenAt) => {
  const { id } = await logged();
  await tamper(statement, id);
  expect(await verifyCustody({ db }, reviewer, { testimonyId: id })).toEqual({ intact: false, brokenAt });
});

it('answers "not found" to a linguist, who reads no log', async () => {
  const { id } = await logged();
  const linguist = await staff(sql, ['linguist']);
  await expect(verifyCustody({ db }, linguist, { testimonyId: id })).rejects.toMatchObject({ code: 'not_found' });
});

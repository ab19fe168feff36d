import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { testDatabase, type TestDatabase } from '../database.ts';
import { of, PEOPLE, populate, TESTIMONIES } from './a-populated-archive.ts';
import { ACTORS } from './row-security-matrix.ts';

let database: TestDatabase;
let client: pg.Client;
const testimony = TESTIMONIES.inReview;
const list = of('inReview', 'edit list');

beforeAll(async () => {
  database = await testDatabase();
  await populate(database);
  client = new pg.Client({ connectionString: database.ownerUrl });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.close();
});
beforeEach(async () => {
  await client.query('begin');
  await quietly(`delete from edition_answer`);
});
afterEach(() => client.query('rollback'));

/** Past the triggers, as the owner. */
async function quietly(...statements: string[]): Promise<void> {
  await client.query(`reset role; set local session_replication_role = replica`);
  for (const statement of statements) await client.query(statement);
  await client.query(`set local session_replication_role = origin`);
}

/** Two approved, the cooling-off is over: only the person's yes can be missing. */
const due = () =>
  quietly(
    `update edit_list set sealed_at = now(), rendered_at = now() where id = '${list}'`,
    `delete from decision where testimony_id = '${testimony}'`,
    ...[PEOPLE.reviewer, PEOPLE.secondReviewer].map(
      (who) =>
        `insert into decision (testimony_id, edit_list_id, reviewer_id, verdict, reason) values ('${testimony}', '${list}', '${who}', 'approve', 'watched all of it, twice over')`
    ),
    `update testimony set state = 'scheduled', publish_after = now() - interval '1 second' where id = '${testimony}'`
  );

async function become(role: string, claims: object): Promise<void> {
  await client.query('reset role');
  await client.query(`select set_config('request.jwt.claims', $1, true), set_config('role', $2, true)`, [JSON.stringify(claims), role]);
}
const person = () => become('contributor', { role: 'contributor', testimony_id: testimony });
const worker = () => become('worker', {});

async function outcome(statement: string): Promise<string> {
  await client.query('savepoint try');
  try {
    const { rowCount } = await client.query(statement);
    return `${rowCount} rows`;
  } catch (error) {
    await client.query('rollback to try');
    return (error as { code: string }).code;
  }
}

const say = (verdict: string, about = testimony) =>
  outcome(
    `insert into edition_answer (testimony_id, edit_list_id, verdict, shown) values ('${about}', '${list}', '${verdict}', app.edition_shown('${about}'))`
  );
const publish = () => outcome(`update testimony set state = 'published' where id = '${testimony}'`);
const edition = () =>
  outcome(
    `insert into publication (testimony_id, edition, edit_list_id, language, medium, descriptions, sha256) values ('${testimony}', 1, '${list}', 'ar', 'audio', '{}', repeat('b', 64))`
  );

it('R12 R24 publishes nothing on silence, and what the person said yes to', async () => {
  await due();
  await worker();
  expect(await publish()).toBe('SW019');
  expect(await edition()).toBe('SW019');
  await person();
  expect(await say('publish')).toBe('1 rows');
  await worker();
  expect(await edition()).toBe('1 rows');
  expect(await publish()).toBe('1 rows');
});

it('R24 counts no yes to words that changed since, nor one that a "not yet" followed', async () => {
  await due();
  await person();
  expect(await say('publish')).toBe('1 rows');
  await quietly(`update segment set text = 'غيره' where testimony_id = '${testimony}'`);
  await worker();
  expect(await publish()).toBe('SW019');
  await person();
  expect(await say('publish')).toBe('1 rows');
  expect(await say('not_yet')).toBe('1 rows');
  expect(await outcome(`update testimony set left_to_archive = true where id = '${testimony}'`)).toBe('1 rows');
  await worker();
  expect(await publish()).toBe('SW019');
});

it('R24 counts no yes once the desk cleared a name that was left out of what the person saw', async () => {
  await due();
  await person();
  await say('publish');
  await quietly(`update third_party set verdict = 'may_be_named', reason = 'ten letters' where testimony_id = '${testimony}'`);
  await worker();
  expect(await publish()).toBe('SW019');
});

it('R12 publishes without asking only where the person left it to the archive, or the archive asked nobody when the wait began', async () => {
  await due();
  await quietly(`update archive set asks_person = false`);
  await worker();
  expect(await publish(), 'what was promised outlasts the setting').toBe('SW019');
  await person();
  expect(await outcome(`update testimony set left_to_archive = true where id = '${testimony}'`)).toBe('1 rows');
  await worker();
  expect(await publish()).toBe('1 rows');

  await quietly(`update testimony set state = 'approved', left_to_archive = false where id = '${testimony}'`);
  await worker();
  await client.query(`update testimony set state = 'scheduled', publish_after = now() + interval '15 days' where id = '${testimony}'`);
  await quietly(`update testimony set publish_after = now() - interval '1 second' where id = '${testimony}'`);
  await worker();
  expect(await publish()).toBe('1 rows');
});

it('takes an answer from its person alone, about the edit list in force, once it is rendered', async () => {
  await person();
  expect(await say('publish'), 'not rendered').toBe('SW004');
  await due();
  await person();
  expect(
    await outcome(
      `insert into edition_answer (testimony_id, edit_list_id, verdict, shown) values ('${testimony}', '${list}', 'publish', repeat('0', 64))`
    )
  ).toBe('SW004');
  await become('contributor', { role: 'contributor', testimony_id: TESTIMONIES.mine });
  expect(
    await outcome(
      `insert into edition_answer (testimony_id, edit_list_id, verdict, shown) values ('${testimony}', '${list}', 'publish', repeat('0', 64))`
    )
  ).toBe('SW004');
  expect(await outcome(`select from edition_answer where testimony_id = '${testimony}'`)).toBe('0 rows');
  const { role, claims } = ACTORS['reviewer']!;
  await become(role, claims);
  expect(await outcome(`select app.edition_shown('${testimony}')`)).toBe('1 rows');
  expect(
    await outcome(
      `insert into edition_answer (testimony_id, edit_list_id, verdict, shown) values ('${testimony}', '${list}', 'publish', repeat('0', 64))`
    )
  ).toBe('42501');
  await worker();
  expect(
    await outcome(
      `insert into edition_answer (testimony_id, edit_list_id, verdict, shown) values ('${testimony}', '${list}', 'publish', repeat('0', 64))`
    )
  ).toBe('42501');
});

it('lets the person stop what waits to be published, and nobody else', async () => {
  await due();
  await worker();
  expect(await outcome(`update testimony set state = 'in_review' where id = '${testimony}'`)).toBe('SW001');
  await person();
  expect(await outcome(`update testimony set state = 'in_review' where id = '${testimony}'`)).toBe('1 rows');
});

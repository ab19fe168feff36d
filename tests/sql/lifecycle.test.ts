import pg from 'pg';
import { afterAll, beforeAll, beforeEach, afterEach, expect, it } from 'vitest';
import { everyStep, STATES } from '#modules/testimony/rules.ts';
import { testDatabase, type TestDatabase } from '../database.ts';
import { of, PEOPLE, populate, TESTIMONIES } from './a-populated-archive.ts';
import { ACTORS } from './row-security-matrix.ts';

let database: TestDatabase;
let client: pg.Client;

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
beforeEach(() => client.query('begin'));
afterEach(() => client.query('rollback'));

async function be(actor: keyof typeof ACTORS, person?: keyof typeof PEOPLE) {
  const { role, claims } = ACTORS[actor]!;
  const as = person ? { ...claims, sub: PEOPLE[person], session_id: PEOPLE[person].replace('aaaa', 'bbbb') } : claims;
  await client.query('reset role');
  await client.query(`select set_config('request.jwt.claims', $1, true), set_config('role', $2, true)`, [JSON.stringify(as), role]);
}

async function refusal(statement: string, values: unknown[] = []): Promise<string> {
  await client.query('savepoint try');
  try {
    const { rowCount } = await client.query(statement, values);
    return `${rowCount} rows`;
  } catch (error) {
    await client.query('rollback to try');
    return (error as { code: string }).code;
  }
}

const approve = `insert into decision (testimony_id, edit_list_id, verdict, reason) values ($1, $2, 'approve', 'watched all of it, twice over')`;
const inReview = [TESTIMONIES.inReview, of('inReview', 'edit list')];

/** Removes what `populate` laid down about the decision, and makes the edit list one that was rendered. */
async function undecided() {
  await client.query('reset role');
  await client.query(`set local session_replication_role = replica`);
  await client.query(`delete from decision where testimony_id = $1`, [TESTIMONIES.inReview]);
  await client.query(`update edit_list set sealed_at = now(), rendered_at = now() where id = $1`, [inReview[1]]);
  await client.query(`set local session_replication_role = origin`);
}

it('has the same steps as rules.ts, row by row', async () => {
  const { rows } = await client.query(`select "from"::text, "to"::text, taken_by::text from testimony_step`);
  const line = (step: { from: string; to: string; taken_by: string }) => `${step.from} → ${step.to} by ${step.taken_by}`;
  expect(rows.map(line).sort()).toEqual(everyStep().map(line).sort());
  const states = await client.query(`select unnest(enum_range(null::testimony_state))::text as state`);
  expect(states.rows.map(({ state }) => state)).toEqual(STATES);
});

it('R31 lets nobody approve by SQL on one person’s word', async () => {
  await undecided();
  await be('reviewer');
  expect(await refusal(`update testimony set state = 'approved' where id = $1`, [TESTIMONIES.inReview])).toBe('SW002');
  expect(await refusal(approve, inReview)).toBe('1 rows');
  expect(await refusal(`update testimony set state = 'approved' where id = $1`, [TESTIMONIES.inReview])).toBe('SW002');
  expect(await refusal(approve, inReview)).toBe('23505');
  await be('reviewer', 'secondReviewer');
  expect(await refusal(approve, inReview)).toBe('1 rows');
  expect(await refusal(`update testimony set state = 'approved' where id = $1`, [TESTIMONIES.inReview])).toBe('1 rows');
});

it('R31 counts no decision in another’s name, nor the submitter’s', async () => {
  await undecided();
  await be('reviewer');
  expect(
    await refusal(
      `insert into decision (testimony_id, edit_list_id, reviewer_id, verdict, reason) values ($1, $2, '${PEOPLE.secondReviewer}', 'approve', 'watched all of it, twice over')`,
      inReview
    )
  ).toBe('42501');
  await client.query('reset role');
  await client.query(`update testimony set submitted_by = $2 where id = $1`, [TESTIMONIES.inReview, PEOPLE.reviewer]);
  await be('reviewer');
  expect(await refusal(approve, inReview)).toBe('SW005');
});

it('R32 refuses an approval without a written risk assessment', async () => {
  await undecided();
  await client.query(`delete from risk_assessment where testimony_id = $1`, [TESTIMONIES.inReview]);
  await be('reviewer');
  expect(await refusal(approve, inReview)).toBe('SW003');
});

it('R24 refuses an approval of an edit list that was never rendered', async () => {
  await undecided();
  await client.query(`set local session_replication_role = replica`);
  await client.query(`update edit_list set rendered_at = null where id = $1`, [inReview[1]]);
  await client.query(`set local session_replication_role = origin`);
  await be('reviewer');
  expect(await refusal(approve, inReview)).toBe('SW004');
});

it('takes each step from the role that may take it, and from no other', async () => {
  await be('reviewer');
  expect(await refusal(`update testimony set state = 'published' where id = $1`, [TESTIMONIES.inReview])).toBe('SW001');
  expect(await refusal(`update testimony set state = 'withdrawn' where id = $1`, [TESTIMONIES.inReview])).toBe('SW001');
  expect(await refusal(`update testimony set state = 'in_review' where id = $1`, [TESTIMONIES.submitted])).toBe('1 rows');
  await be('contributor');
  expect(await refusal(`update testimony set state = 'approved' where id = $1`, [TESTIMONIES.mine])).toBe('SW001');
  expect(await refusal(`update testimony set state = 'submitted' where id = $1`, [TESTIMONIES.mine])).toBe('1 rows');
  await be('worker');
  expect(await refusal(`update testimony set state = 'withdrawn' where id = $1`, [TESTIMONIES.inReview])).toBe('SW001');
});

it('R11 publishes nothing before the cooling-off is over, nor an edition of what was not approved', async () => {
  await undecided();
  for (const who of ['reviewer', 'secondReviewer'] as const) {
    await be('reviewer', who);
    await client.query(approve, inReview);
  }
  await client.query(`update testimony set state = 'approved' where id = $1`, [TESTIMONIES.inReview]);
  expect(await refusal(`update testimony set edit_list_id = null where id = $1`, [TESTIMONIES.inReview])).toBe('SW004');

  await be('worker');
  const edition = `insert into publication (testimony_id, edition, edit_list_id, language, medium, descriptions, sha256) values ($1, 1, $2, 'ar', 'audio', '{}', repeat('b', 64))`;
  expect(await refusal(edition, inReview)).toBe('SW006');
  const schedule = `update testimony set state = 'scheduled', publish_after = $2 where id = $1`;
  expect(await refusal(schedule, [TESTIMONIES.inReview, new Date(Date.now() + 13 * 86_400_000)])).toBe('SW006');
  expect(await refusal(schedule, [TESTIMONIES.inReview, new Date(Date.now() + 15 * 86_400_000)])).toBe('1 rows');
  expect(await refusal(edition, inReview)).toBe('SW006');
  expect(await refusal(`update testimony set state = 'published' where id = $1`, [TESTIMONIES.inReview])).toBe('SW006');
});

it('R10 closes every edition in the transaction of the withdrawal', async () => {
  await client.query('reset role');
  await client.query(`select set_config('request.jwt.claims', $1, true), set_config('role', 'contributor', true)`, [
    JSON.stringify({ role: 'contributor', testimony_id: TESTIMONIES.publicOne })
  ]);
  expect(await refusal(`update testimony set state = 'withdrawn' where id = $1`, [TESTIMONIES.publicOne])).toBe('1 rows');
  await be('visitor');
  const { rows } = await client.query(
    `select count(*)::int as open, app.is_gone($1) as gone, app.is_medium_gone($2) as silent from publication`,
    [TESTIMONIES.publicOne, of('publicOne', 'medium')]
  );
  expect(rows[0]).toEqual({ open: 0, gone: true, silent: true });
});

it('R2 R12 opens nothing on "unsure", on silence, or without "keep"', async () => {
  const audiences = async (answers: string) => {
    await client.query(
      `insert into consent (testimony_id, text_version, text_language, ${answers.split('|')[0]}) values ($1, 900, 'ar', ${answers.split('|')[1]})`,
      [TESTIMONIES.mine]
    );
    return (await client.query(`select audiences::text from live_consent where testimony_id = $1`, [TESTIMONIES.mine])).rows[0].audiences;
  };
  await be('contributor');
  expect(await audiences(`keep, public, research|'yes', 'unsure', 'yes'`)).toBe('{research}');
  expect(await audiences(`public, journalists|'yes', 'yes'`)).toBe('{}');
  expect(await audiences(`keep, public|'yes', 'yes'`)).toBe('{public}');
  const versions = await client.query(`select version from consent where testimony_id = $1 order by 1`, [TESTIMONIES.mine]);
  expect(versions.rows.map(({ version }) => version)).toEqual([1, 2, 3, 4]);
  expect(await refusal(`update consent set public = 'no' where testimony_id = $1`, [TESTIMONIES.mine])).toBe('42501');
});

it('R36 lets no role rewrite, remove or empty the custody log', async () => {
  for (const actor of ['contributor', 'reviewer', 'custodian', 'worker']) {
    await be(actor);
    expect(await refusal(`update custody_event set kind = 'changed'`)).toBe('42501');
    expect(await refusal(`delete from custody_event`)).toBe('42501');
  }
  await client.query('reset role');
  for (const statement of [`update custody_event set kind = 'changed'`, `delete from custody_event`, `truncate custody_event`]) {
    expect(await refusal(statement)).toBe('SW010');
  }
});

it('ties nothing of one testimony to another', async () => {
  await be('linguist with work');
  const foreign = `insert into segment (transcript_id, testimony_id, position, text, provenance) values ($1, $2, 5, 'x', 'human')`;
  expect(await refusal(foreign, [of('submitted', 'transcript'), TESTIMONIES.inReview])).toBe('23503');
  expect(await refusal(foreign, [of('inReview', 'transcript'), TESTIMONIES.inReview])).toBe('1 rows');
});

import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { testDatabase, type TestDatabase } from '../database.ts';
import { asOwner, layTestimonies } from '../support/generated-archive.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await asOwner(database, (owner) => layTestimonies(owner, 2));
});
afterAll(() => database?.close());

/** An edition open to the public, and one of which there is only the testimony so far. */
let open: string;
beforeEach(async () => {
  const { sql } = database;
  await sql(`update live_consent set audiences = '{public,research}'`);
  [open] = (await sql<{ testimony_id: string }>('select testimony_id from publication order by testimony_id')).map(
    ({ testimony_id }) => testimony_id
  ) as [string];
});

const audiences = async () =>
  (
    await database.sql<{ audiences: string; is_public: boolean }>(
      `select audiences::text, is_public from publication where testimony_id = $1`,
      [open]
    )
  )[0];

it('R10 follows what is written to live consent, in that transaction', async () => {
  const client = new pg.Client({ connectionString: database.ownerUrl });
  await client.connect();
  try {
    await client.query('begin');
    await client.query(`update live_consent set audiences = '{court}' where testimony_id = $1`, [open]);
    const inside = await client.query('select audiences::text, is_public from publication where testimony_id = $1', [open]);
    expect(inside.rows).toEqual([{ audiences: '{court}', is_public: false }]);
    expect(await audiences()).toEqual({ audiences: '{public,research}', is_public: true });
    await client.query('commit');
    expect(await audiences()).toEqual({ audiences: '{court}', is_public: false });
  } finally {
    await client.end();
  }
});

it('R10 follows also where other triggers are put to sleep', async () => {
  await asOwner(database, (owner) => owner.query(`update live_consent set audiences = '{}' where testimony_id = $1`, [open]));
  expect(await audiences()).toEqual({ audiences: '{}', is_public: false });
  await asOwner(database, async (owner) => {
    await owner.query('begin');
    await owner.query('delete from live_consent where testimony_id = $1', [open]);
    await owner.query(`update publication set unpublished_at = null where testimony_id = $1`, [open]);
    const { rows } = await owner.query('select audiences::text from publication where testimony_id = $1', [open]);
    expect(rows).toEqual([{ audiences: '{}' }]);
    await owner.query('rollback');
  });
});

it.each(['anon', 'authenticated', 'contributor', 'worker'])('R10 lets %s write no audiences to an edition', async (role) => {
  const client = new pg.Client({ connectionString: role === 'worker' ? database.workerUrl : database.webUrl });
  await client.connect();
  try {
    await client.query(`begin; set local role ${role}`);
    await expect(client.query(`update publication set audiences = '{public}'`)).rejects.toMatchObject({ code: '42501' });
  } finally {
    await client.end();
  }
});

const EDITION = `insert into publication (testimony_id, edition, edit_list_id, language, medium, descriptions, sha256)
  select testimony_id, 2, edit_list_id, language, medium, '{}', sha256 from publication where testimony_id = $1 and edition = 1`;

/** Two connections that leave their transactions open. */
async function atOnce(first: [string, string], second: [string, string]): Promise<void> {
  const clients = await Promise.all(
    [first, second].map(async () => {
      const client = new pg.Client({ connectionString: database.ownerUrl });
      await client.connect();
      await client.query('set session_replication_role = replica; begin');
      return client;
    })
  );
  try {
    const [one, other] = clients as [pg.Client, pg.Client];
    // Whoever gives consent holds the testimony's row while its version is counted (number_consent), which is asleep here.
    for (const text of first) await one.query(text, text.includes('$1') ? [open] : []);
    const waiting = (async () => {
      for (const text of second) await other.query(text, text.includes('$1') ? [open] : []);
      await other.query('commit');
    })();
    // Until the other is through, or stands in the queue for what this one holds.
    await Promise.race([waiting, vi.waitFor(async () => expect(await waitsForLock()).toBe(true), { timeout: 10_000 })]);
    await one.query('commit');
    await waiting;
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}
async function waitsForLock(): Promise<boolean> {
  const rows = await database.sql(
    `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query not like '%pg_stat_activity%'`
  );
  return rows.length > 0;
}
const COUNTED = 'select from testimony where id = $1 for update';
const NARROWED = `update live_consent set audiences = '{court}' where testimony_id = $1`;

it.each([
  ['an edition that is being made when consent is narrowed', [EDITION, 'select 1'], [COUNTED, NARROWED]],
  ['consent that is being narrowed when an edition is made', [COUNTED, NARROWED], [EDITION, 'select 1']]
] as [string, [string, string], [string, string]][])('R10 leaves no old audience behind: %s', async (_what, first, second) => {
  await atOnce(first, second);
  const editions = await database.sql<{ audiences: string }>('select distinct audiences::text from publication where testimony_id = $1', [
    open
  ]);
  expect(editions).toEqual([{ audiences: '{court}' }]);
  await asOwner(database, (owner) => owner.query('delete from publication where testimony_id = $1 and edition = 2', [open]));
});

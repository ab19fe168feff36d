import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import pg from 'pg';
import { testDatabase, type TestDatabase } from '../database.ts';
import { published } from '../support/published.ts';

let database: TestDatabase;
let owner: pg.Client;

beforeAll(async () => {
  database = await testDatabase();
  const { publicationId, testimonyId } = await published(database, { passages: [{ text: 'خبز' }] });
  await database.sql(
    `insert into search_passage (publication_id, position, testimony_id, language, medium, words, exact) values ($1, 0, $2, 'ar', 'audio', 'خبز:1A', 'خبز:1')`,
    [publicationId, testimonyId]
  );
  await database.sql(`insert into search_word (word, shown, near) values ('خبز', 'خبز', '{1}')`);
  await database.sql(`insert into search_engine (name) values ('passages')`);
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await database.close();
});

/** Rows that a statement touches as `role`, or the SQLSTATE that refuses it; nothing of it stays. */
async function as(role: string, statement: string): Promise<number | string> {
  await owner.query('begin');
  try {
    await owner.query(`set local role ${role}`);
    return (await owner.query(statement)).rowCount ?? 0;
  } catch (error) {
    return (error as { code: string }).code;
  } finally {
    await owner.query('rollback');
  }
}

const STATEMENTS = [
  'select from search_passage',
  'delete from search_passage',
  `update search_passage set facility = 'x'`,
  'select from search_word',
  'delete from search_word',
  `insert into search_word (word, shown, near) values ('x', 'x', '{}')`
];

describe.each(STATEMENTS)('%s', (statement) => {
  it.each(['anon', 'authenticated', 'contributor', 'enqueuer'])('R33 is refused to %s, who may only ask', async (role) => {
    expect(await as(role, statement)).toBe('42501');
  });

  it('is the worker’s to do', async () => {
    expect(await as('worker', statement)).toBe(1);
  });
});

const KEPT: [string, number | string][] = [
  ['select from search_change', 1],
  ['update search_change set written = number', 1],
  ['update search_change set number = 0', '42501'],
  ['delete from search_change', '42501'],
  ['select from search_engine', 1],
  [`update search_engine set trouble = 'lost'`, 1],
  ['delete from search_engine', '42501']
];

describe.each(KEPT)('%s', (statement, expected) => {
  it.each(['anon', 'authenticated', 'contributor', 'enqueuer'])('is refused to %s', async (role) => {
    expect(await as(role, statement)).toBe('42501');
  });

  it('is open to the worker as far as it needs it', async () => {
    expect(await as('worker', statement)).toBe(expected);
  });
});

it('tells whoever may search how the index stands, and nobody else', async () => {
  expect(await as('anon', `select app.search_standing('passages')`)).toBe(1);
  expect(await as('enqueuer', `select app.search_standing('passages')`)).toBe('42501');
});

describe('what search still has to be told', () => {
  const waiting = () => database.sql<{ id: string }>('select testimony_id as id from search_change where number > written');
  const written = () => database.sql('update search_change set written = number');

  it('holds an edition from the transaction that publishes it on', async () => {
    await written();
    const { testimonyId } = await published(database, { passages: [{ text: 'ماء' }] });
    expect(await waiting()).toEqual([{ id: testimonyId }]);
  });

  it.each([
    ['unpublishes', `update publication set unpublished_at = now() where testimony_id = $1`],
    ['narrows consent', `update live_consent set audiences = '{court}' where testimony_id = $1`],
    ['deletes the testimony', `delete from testimony where id = $1`]
  ])('R10 holds a change from the transaction that %s on', async (_, statement) => {
    const { testimonyId } = await published(database, { passages: [{ text: 'ماء' }] });
    await written();
    await database.sql(statement, [testimonyId]);
    expect(await waiting()).toEqual([{ id: testimonyId }]);
  });

  it('counts a change that comes while the one before is being written', async () => {
    const { testimonyId } = await published(database, { passages: [{ text: 'ماء' }] });
    const [before] = await database.sql<{ number: number }>('select number from search_change where testimony_id = $1', [testimonyId]);
    await database.sql('update publication set unpublished_at = now() where testimony_id = $1', [testimonyId]);
    await written();
    await database.sql('update search_change set written = $2 where testimony_id = $1', [testimonyId, before!.number]);
    expect(await waiting()).toEqual([{ id: testimonyId }]);
  });
});

it.each(['anon', 'authenticated', 'contributor', 'worker'])(
  'R10 the consented editions are open to no one directly, not even to %s',
  async (role) => {
    expect(await as(role, 'select from app.consented_edition')).toBe('42501');
  }
);

it('finds for a visitor through the function, and nothing for someone without it', async () => {
  const ask = `select app.search_passages(array_fill('خبز'::tsquery, array[6]), null, '{public}', null, null, null, null, null, 0, 20)`;
  expect(await as('anon', ask)).toBe(1);
  expect(await as('enqueuer', ask)).toBe('42501');
});

it('passages leave the index with their edition', async () => {
  await owner.query('begin');
  await owner.query('delete from testimony');
  expect((await owner.query('select from search_passage')).rowCount).toBe(0);
  await owner.query('rollback');
});

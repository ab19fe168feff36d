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

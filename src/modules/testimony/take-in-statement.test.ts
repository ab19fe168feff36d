import { afterAll, expect, it } from 'vitest';
import { closeQueue, openQueue } from '#platform/jobs.server.ts';
import { testDatabase } from '#tests/database.ts';
import { someoneTelling } from '#tests/support/telling.ts';
import { takeInStatement } from './take-in-statement.server.ts';
import { writeStatement } from './write-statement.server.ts';

const database = await testDatabase();
const { db, workerDb } = database;
await openQueue(workerDb);
afterAll(async () => {
  await closeQueue();
  await database.close();
});

const passages = (testimonyId: string) =>
  database.sql<{ id: string; text: string }>('select id, text from segment where testimony_id = $1 order by position', [testimonyId]);

it('R18 makes one passage of each paragraph, as the worker, and keeps those that stay when it is handed over again', async () => {
  const { contributor } = await someoneTelling(db);
  const { testimonyId } = contributor;
  await writeStatement({ db }, contributor, { body: 'The first.\n\nThe second.' });
  await takeInStatement({ db: workerDb }, { testimonyId });
  const before = await passages(testimonyId);
  expect(before.map(({ text }) => text)).toEqual(['The first.', 'The second.']);

  await writeStatement({ db }, contributor, { body: 'One before.\n\nThe second.' });
  await takeInStatement({ db: workerDb }, { testimonyId });
  const after = await passages(testimonyId);
  expect(after.map(({ text }) => text)).toEqual(['One before.', 'The second.']);
  expect(after[1]!.id).toBe(before[1]!.id);
});

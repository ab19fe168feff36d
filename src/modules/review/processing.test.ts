import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '#tests/database.ts';
import { jobs, staff, testimony } from '#tests/support/testimony-fixtures.ts';
import type { Account } from '#platform/actor.ts';
import { closeQueue, openQueue } from '#platform/jobs.server.ts';
import { listFailures } from './list-failures.server.ts';
import { retryProcessing } from './retry-processing.server.ts';

const database = await testDatabase();
const { db, sql } = database;
let reviewer: Account;
beforeAll(async () => {
  await openQueue(db);
  reviewer = await staff(sql, ['reviewer']);
});
afterAll(async () => {
  await closeQueue();
  await database.close();
});

it('shows what stopped and asks for it again, from where it can be done', async () => {
  const { recordingId, number } = await testimony(sql, { language: 'ku', spoken: null });
  expect(await listFailures({ db }, reviewer)).toMatchObject([{ number, step: 'transcribe', state: 'needs_human', reason: 'no_engine' }]);
  await retryProcessing({ db }, reviewer, { recordingId: recordingId!, step: 'transcribe' });
  expect(await jobs(sql)).toEqual([{ name: 'find-speech', data: { recordingId } }]);
});

it('asks for nothing that went well, and for nothing of what is not theirs', async () => {
  const { recordingId } = await testimony(sql);
  await expect(retryProcessing({ db }, reviewer, { recordingId: recordingId!, step: 'verify' })).rejects.toMatchObject({
    code: 'wrong_state'
  });
  const admin = await staff(sql, ['admin']);
  await expect(retryProcessing({ db }, admin, { recordingId: recordingId!, step: 'verify' })).rejects.toMatchObject({ code: 'not_found' });
  expect(await listFailures({ db }, admin)).toEqual([]);
});

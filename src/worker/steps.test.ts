import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '#tests/database.ts';
import { testimony, type Laid } from '#tests/support/testimony-fixtures.ts';
import { workplace } from '#tests/support/told.ts';
import type { RecordingId } from '#platform/ids.ts';
import { closeQueue, openQueue } from '#platform/jobs.server.ts';
import type { Run } from './handler.ts';
import { inStep, type StepEnd } from './steps.server.ts';

const database = await testDatabase();
const { sql } = database;
const place = await workplace(database);
const run: Run = { signal: new AbortController().signal, isLastTry: false };

beforeAll(() => openQueue(database.workerDb));
afterAll(async () => {
  await closeQueue();
  await database.close();
  await place.remove();
});

const step = (laid: Laid, work: () => Promise<StepEnd>, given: Run = run) =>
  inStep(place.deps, { recordingId: laid.recordingId!, step: 'render_public', run: given }, work);
const rowOf = async (id: RecordingId | null) =>
  (
    await sql<{ state: string; reason: string | null; attempts: number }>(
      `select state, reason, attempts from processing_step where recording_id = $1 and step = 'render_public'`,
      [id]
    )
  )[0];

it('tells the desk of each try, and of the last', async () => {
  const laid = await testimony(sql);
  const fails = () => Promise.reject(new Error('what a driver says may quote a text'));
  await expect(step(laid, fails)).rejects.toThrow();
  expect(await rowOf(laid.recordingId)).toEqual({ state: 'waiting', reason: 'failed', attempts: 1 });
  await expect(step(laid, fails, { ...run, isLastTry: true })).rejects.toThrow();
  expect(await rowOf(laid.recordingId)).toEqual({ state: 'failed', reason: 'failed', attempts: 2 });
  await step(laid, async () => ({}));
  expect(await rowOf(laid.recordingId)).toEqual({ state: 'done', reason: null, attempts: 3 });
});

it('does nothing that is done', async () => {
  const laid = await testimony(sql);
  await step(laid, async () => ({}));
  let done = 0;
  await step(laid, async () => {
    done += 1;
    return {};
  });
  expect(done).toBe(0);
});

it('writes once where two workers believed that it was theirs', async () => {
  const laid = await testimony(sql);
  let written = 0;
  const work = async () => ({
    write: async () => {
      written += 1;
    }
  });
  await Promise.all([step(laid, work), step(laid, work)]);
  expect(written).toBe(1);
});

it('R19 takes back what it made of a recording that was deleted or withdrawn meanwhile', async () => {
  const [deleted, withdrawn] = [await testimony(sql), await testimony(sql)];
  const undone: string[] = [];
  const undo = (what: string) => async () => {
    undone.push(what);
  };
  const mustNotWrite = () => Promise.reject(new Error('written'));
  await step(deleted, async () => {
    await sql('delete from recording where id = $1', [deleted.recordingId]);
    return { write: mustNotWrite, undo: undo('deleted') };
  });
  await step(withdrawn, async () => {
    await sql(
      `begin; set local session_replication_role = replica; update testimony set state = 'withdrawn' where id = '${withdrawn.id}'; commit`
    );
    return { write: mustNotWrite, undo: undo('withdrawn') };
  });
  expect(undone).toEqual(['deleted', 'withdrawn']);
});

it('stays ready to be done again where the worker itself stops', async () => {
  const laid = await testimony(sql);
  const stopping = AbortSignal.abort(new Error('the worker stops'));
  await expect(step(laid, () => Promise.reject(new Error('broken off')), { signal: stopping, isLastTry: true })).rejects.toThrow();
  expect(await rowOf(laid.recordingId)).toMatchObject({ state: 'waiting', reason: null });
});

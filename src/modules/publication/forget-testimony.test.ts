import { afterAll, beforeAll, expect, it } from 'vitest';
import { closeQueue, openQueue } from '#platform/jobs.server.ts';
import { DomainError } from '#platform/errors.ts';
import { QUEUES } from '#platform/queues.ts';
import { testDatabase } from '#tests/database.ts';
import { custodyOf, testimony } from '#tests/support/testimony-fixtures.ts';
import { workplace } from '#tests/support/told.ts';
import { forgetTestimony } from './forget-testimony.server.ts';

const database = await testDatabase();
const { sql } = database;
const place = await workplace(database);
beforeAll(() => openQueue(database.workerDb));
afterAll(async () => {
  await closeQueue();
  await database.close();
  await place.remove();
});

async function withdrawn({ destroy }: { destroy: boolean }) {
  const laid = await testimony(sql, { state: 'withdrawn', sealed: true });
  await sql('update testimony set destroy_recordings = $2 where id = $1', [laid.id, destroy]);
  await sql(`insert into content_warning (testimony_id, kind, note) values ($1, 'death', 'of a neighbour')`, [laid.id]);
  return laid;
}
const rowsOf = async (id: string, ...tables: string[]) =>
  Object.fromEntries(
    await Promise.all(
      tables.map(async (table) => [
        table,
        (await sql<{ n: number }>(`select count(*)::int as n from ${table} where testimony_id = $1`, [id]))[0]!.n
      ])
    )
  );

it('R10 destroys what it must while the index is down, and comes again for the index', async () => {
  const laid = await withdrawn({ destroy: true });
  const down = { ...place.deps.index, removeTestimony: () => Promise.reject(new DomainError('engine_down')) };
  const parts = { ...place.deps, index: down };
  await expect(forgetTestimony(parts, { testimonyId: laid.id })).rejects.toMatchObject({ code: 'engine_down' });
  expect(await rowsOf(laid.id, 'rendition', 'segment')).toEqual({ rendition: 0, segment: 0 });
  expect(await custodyOf(sql, laid)).toContain('recordings_destroyed');
  await forgetTestimony(place.deps, { testimonyId: laid.id });
});

it('R10 destroys what the desk wrote of it with what was said, and keeps both locked where nothing is to be destroyed', async () => {
  const [gone, kept] = [await withdrawn({ destroy: true }), await withdrawn({ destroy: false })];
  for (const { id } of [gone, kept]) await forgetTestimony(place.deps, { testimonyId: id });
  const tables = ['segment', 'testimony_description', 'content_warning'];
  expect(await rowsOf(gone.id, ...tables)).toEqual({ segment: 0, testimony_description: 0, content_warning: 0 });
  expect(await rowsOf(kept.id, ...tables)).toEqual({ segment: 3, testimony_description: 1, content_warning: 1 });
});

it('R10 gives forgetting up for no outage that a weekend may bring', () => {
  for (const name of ['forget-testimony', 'index-testimony'] as const) {
    const { retryLimit, retryDelayMax = 0 } = QUEUES[name];
    expect((retryLimit * retryDelayMax) / 86_400).toBeGreaterThan(7);
  }
});

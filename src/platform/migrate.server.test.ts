import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { PgBoss } from 'pg-boss';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { testDatabase } from '#tests/database.ts';
import { openDatabase } from './db.server.ts';
import { closeQueue, enqueue, openQueue } from './jobs.server.ts';
import { applyMigrations, migrate } from './migrate.server.ts';
import { QUEUES } from './queues.ts';

const database = await testDatabase();
const dir = await mkdtemp(path.join(tmpdir(), 'sawt-migrations-'));
afterAll(async () => {
  await database.close();
  await rm(dir, { recursive: true });
});

const HISTORY = 'trial.history';
const file = (name: string, sql: string) => writeFile(path.join(dir, name), sql);

async function apply() {
  const client = new pg.Client({ connectionString: database.ownerUrl });
  await client.connect();
  try {
    return await applyMigrations(client, dir, HISTORY);
  } finally {
    await client.end();
  }
}

beforeEach(async () => {
  await rm(dir, { recursive: true });
  await mkdir(dir);
  await database.sql('drop schema if exists trial cascade');
  await file('20260101000000_first.sql', 'create table trial.a (n int); insert into trial.a values (1);');
  await file('20260102000000_second.sql', "-- why\ninsert into trial.a values (2); select ';';");
});

it('applies files in order, once, and remembers them as the Supabase CLI does', async () => {
  expect(await apply()).toEqual(['20260101000000', '20260102000000']);
  expect(await apply()).toEqual([]);
  expect(await database.sql(`select * from ${HISTORY} order by 1`)).toEqual([
    { version: '20260101000000', name: 'first', statements: ['create table trial.a (n int)', 'insert into trial.a values (1)'] },
    { version: '20260102000000', name: 'second', statements: ['-- why\ninsert into trial.a values (2)', "select ';'"] }
  ]);
});

it('lets two processes start at once', async () => {
  const applied = await Promise.all([apply(), apply(), apply()]);
  expect(applied.flat().sort()).toEqual(['20260101000000', '20260102000000']);
  expect(await database.sql('select n from trial.a order by 1')).toEqual([{ n: 1 }, { n: 2 }]);
});

it('leaves nothing of a file that fails, and says which and where', async () => {
  await file('20260103000000_third.sql', 'insert into trial.a values (3);\n\nselekt 1;');
  await expect(apply()).rejects.toThrow('Migration 20260103000000_third (line 3): syntax error at or near "selekt"');
  expect(await database.sql('select n from trial.a order by 1')).toEqual([{ n: 1 }, { n: 2 }]);
  await file('20260103000000_third.sql', 'insert into trial.a values (3);');
  expect(await apply()).toEqual(['20260103000000']);
});

it('refuses a file that comes too late, a file that is gone, a version twice and a name without one', async () => {
  await apply();
  await file('20260101120000_between.sql', 'select 1');
  await expect(apply()).rejects.toThrow('20260101120000_between comes before 20260102000000');
  await rm(path.join(dir, '20260101120000_between.sql'));

  await file('20260102000000_again.sql', 'select 1');
  await expect(apply()).rejects.toThrow('two migrations have the version 20260102000000');
  await rm(path.join(dir, '20260102000000_again.sql'));

  await rm(path.join(dir, '20260101000000_first.sql'));
  await expect(apply()).rejects.toThrow('The database has the migration 20260101000000');
  await file('first.sql', 'select 1');
  await expect(apply()).rejects.toThrow('a migration is called YYYYMMDDHHMMSS_name.sql');
});

it('makes the queues; the web adds a job in its own transaction and reads none, the worker takes it', async () => {
  expect(await migrate(database.ownerUrl)).toEqual([]);

  const db = openDatabase(database.webUrl, 2);
  await openQueue(db);
  await expect(
    db.transaction().execute(async (tx) => {
      await enqueue(tx, 'expire-uploads', {});
      throw new Error('changed my mind');
    })
  ).rejects.toThrow('changed my mind');
  await db.transaction().execute((tx) => enqueue(tx, 'expire-uploads', {}));
  await closeQueue();
  await db.destroy();

  const web = new pg.Client({ connectionString: database.webUrl });
  await web.connect();
  await web.query('set role enqueuer');
  await expect(web.query('select data from pgboss.job')).rejects.toThrow('permission denied for table job');
  await expect(web.query('delete from pgboss.job')).rejects.toThrow('permission denied for table job');
  await web.end();

  const boss = new PgBoss({ connectionString: `${database.workerUrl}?options=-c%20role%3Dworker`, migrate: false, max: 3 });
  boss.on('error', (error) => expect.fail(String(error)));
  await boss.start();
  const jobs = await boss.fetch('expire-uploads', { batchSize: 5 });
  expect(jobs.map((job) => job.name)).toEqual(['expire-uploads']);
  await boss.complete('expire-uploads', jobs[0]!.id);
  await boss.supervise();
  await boss.stop({ graceful: false });
  expect((await database.sql<{ name: string }>('select name from pgboss.queue')).map((queue) => queue.name)).toEqual(
    expect.arrayContaining(Object.keys(QUEUES))
  );
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { connect } from 'node:net';
import pg from 'pg';
import { afterAll, afterEach, expect, it } from 'vitest';
import { startPostgres, type Postgres, type PostgresEvent } from './start-postgres.ts';

const asRoot = process.getuid?.() === 0;
const home = await mkdtemp(path.join(tmpdir(), 'sawt-postgres-'));
await chmod(home, 0o755);
const running: Postgres[] = [];
afterEach(() => Promise.all(running.splice(0).map((server) => server.stop())));
afterAll(() => rm(home, { recursive: true, force: true }));

async function start(name: string, onEvent?: (event: PostgresEvent) => void): Promise<Postgres> {
  const server = await startPostgres({ dataDir: path.join(home, name), onEvent });
  running.push(server);
  return server;
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

/** A supervisor in a process of its own; resolves when its database is ready. */
async function startedByAnother(name: string) {
  const supervisor = spawn(process.execPath, [path.join(import.meta.dirname, 'main.ts')], {
    env: { ...process.env, SAWT_DATA: path.join(home, name) },
    stdio: ['ignore', 'pipe', 'inherit']
  });
  const events: Record<string, unknown>[] = [];
  const lines = createInterface(supervisor.stdout);
  for await (const line of lines) {
    events.push(JSON.parse(line) as Record<string, unknown>);
    if (events.at(-1)?.event === 'postgres_ready') break;
  }
  const password = (await readFile(path.join(home, name, 'postgres', 'owner-password'), 'utf8')).trim();
  const ready = events.at(-1)!;
  return { supervisor, pid: ready.pid as number, url: `postgres://postgres:${password}@127.0.0.1:${String(ready.port)}/postgres` };
}

it('makes a cluster that only this machine reaches and only the kept password opens, and finds it again', async () => {
  const first = await start('plain');
  await query(first.ownerUrl, 'create table kept as select 1 as n');
  const { mode } = await stat(path.join(home, 'plain', 'owner-password'));
  expect(mode & 0o777).toBe(0o600);

  const wrong = new URL(first.ownerUrl);
  wrong.password = 'guessed';
  await expect(query(wrong.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
  expect(
    await query(first.ownerUrl, "select distinct rolpassword like 'SCRAM-SHA-256%' as scram from pg_authid where rolcanlogin")
  ).toEqual([{ scram: true }]);

  const outside = Object.values(networkInterfaces())
    .flat()
    .find((face) => face && !face.internal && face.family === 'IPv4');
  if (outside) {
    const socket = connect(first.port, outside.address);
    await expect(once(socket, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  }

  await first.stop();
  const second = await start('plain');
  expect(await query(second.ownerUrl, 'select n from kept')).toEqual([{ n: 1 }]);
});

it('writes no statement and no value of anyone into its log settings', async () => {
  const server = await start('plain');
  expect(
    await query(
      server.ownerUrl,
      "select name, setting from pg_settings where name in ('log_min_error_statement', 'log_error_verbosity', 'log_statement') order by 1"
    )
  ).toEqual([
    { name: 'log_error_verbosity', setting: 'terse' },
    { name: 'log_min_error_statement', setting: 'panic' },
    { name: 'log_statement', setting: 'none' }
  ]);
});

it('recovers, on the same port, when the server is killed', async () => {
  const events: PostgresEvent[] = [];
  let again: () => void;
  const restarted = new Promise<void>((resolve) => (again = resolve));
  const server = await start('killed', (event) => {
    events.push(event);
    if (events.filter(({ event: name }) => name === 'postgres_ready').length === 2) again();
  });
  const before = server.pid();
  await query(server.ownerUrl, 'create table kept as select 1 as n');
  process.kill(before, 'SIGKILL');
  await restarted;
  expect(server.pid()).not.toBe(before);
  expect(await query(server.ownerUrl, 'select n from kept')).toEqual([{ n: 1 }]);
  expect(events.map(({ event }) => event)).toEqual(['postgres_created', 'postgres_ready', 'postgres_died', 'postgres_ready']);
});

it('stops the server that a killed supervisor left behind, and keeps what was written', async () => {
  const lost = await startedByAnother('orphaned');
  await query(lost.url, 'create table kept as select 1 as n');
  lost.supervisor.kill('SIGKILL');
  await once(lost.supervisor, 'exit');

  const events: string[] = [];
  const server = await start('orphaned/postgres', ({ event }) => events.push(event));
  expect(events).toEqual(['postgres_orphan_stopped', 'postgres_ready']);
  expect(await query(server.ownerUrl, 'select n from kept')).toEqual([{ n: 1 }]);
});

it('refuses a folder that another supervisor runs, and the other one stops cleanly on SIGTERM', async () => {
  const other = await startedByAnother('shared');
  await expect(start('shared/postgres')).rejects.toThrow(`already run by process ${other.supervisor.pid}`);
  expect(await query(other.url, 'select 1 as n')).toEqual([{ n: 1 }]);

  other.supervisor.kill('SIGTERM');
  expect(await once(other.supervisor, 'exit')).toEqual([0, null]);
  expect(() => process.kill(other.pid, 0)).toThrow('ESRCH');
});

it.runIf(asRoot)('says plainly that its user cannot enter the folder, before anything is made', async () => {
  const closed = path.join(home, 'closed');
  await mkdir(closed, { mode: 0o700 });
  await expect(startPostgres({ dataDir: path.join(closed, 'data') })).rejects.toThrow(
    /user "postgres" cannot enter .*closed\/data.*SAWT_DATA/
  );
});

import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, chown, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { programsFor, type Programs } from './programs.ts';
import { reapOrphan } from './running.ts';
import { mayEnter, systemUser, type SystemUser } from './system-user.ts';

const run = promisify(execFile);

export type PostgresEvent =
  | { event: 'postgres_created' | 'postgres_orphan_stopped' }
  | { event: 'postgres_ready'; port: number; pid: number }
  | { event: 'postgres_died'; code: number | null; signal: string | null }
  | { event: 'postgres_gave_up'; message: string };

export type StartOptions = {
  /** Made when missing. Holds `cluster/` and the owner's password. */
  dataDir: string;
  /** A free one by default. */
  port?: number;
  /** More server settings, e.g. `{ fsync: 'off' }` for throw-away databases. */
  settings?: Record<string, string>;
  /** Told of the server's life; events carry no data of people. */
  onEvent?: (event: PostgresEvent) => void;
};

export type Postgres = {
  /** postgres://postgres:…@127.0.0.1:port/postgres, the superuser: for migrations only. */
  ownerUrl: string;
  port: number;
  /** Of the server now running; changes when it had to be restarted. */
  pid: () => number;
  /** Ends connections, writes everything down, returns when the process is gone. */
  stop: () => Promise<void>;
};

/** What Postgres writes to its log must not contain what people wrote: no statements, no values of violated keys. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  password_encryption: 'scram-sha-256',
  log_statement: 'none',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_parameter_max_length_on_error: '0',
  lc_messages: 'C',
  timezone: 'UTC',
  log_timezone: 'UTC'
};

/**
 * Starts the Postgres that `npm` installed, on 127.0.0.1 only, and keeps it running: a server that dies is started again
 * on the same port, with crash recovery. The first start makes the cluster, with scram-sha-256 and a random password for
 * `postgres`, kept in `owner-password` (mode 0600).
 *
 * @throws Error in plain words: programs not installed, folder not enterable for the user postgres, already running, no start
 */
export async function startPostgres({ dataDir, port, settings = {}, onEvent = () => undefined }: StartOptions): Promise<Postgres> {
  const folder = path.resolve(dataDir);
  const cluster = path.join(folder, 'cluster');
  const user = await systemUser();
  await mkdir(folder, { recursive: true });
  if (user && !(await mayEnter(user, folder))) {
    throw new Error(
      `Postgres does not run as root, and its user "postgres" cannot enter ${folder}. Set SAWT_DATA to a folder that it can enter, ` +
        `for example /var/lib/sawt, or make the folders above it passable (chmod o+x).`
    );
  }
  const programs = await programsFor(user, folder);
  const password = await ownerPassword(folder);
  if (!(await stat(path.join(cluster, 'PG_VERSION')).catch(() => null))) {
    await createCluster(programs, user, cluster, path.join(folder, 'owner-password'));
    onEvent({ event: 'postgres_created' });
  } else if (await reapOrphan(cluster)) onEvent({ event: 'postgres_orphan_stopped' });

  const server = await firstStart(programs, user, cluster, port, settings);
  let child = server.child;
  let stopping = false;
  onEvent({ event: 'postgres_ready', port: server.port, pid: child.pid! });

  const watch = (watched: ChildProcess) =>
    watched.once('exit', async (code, signal) => {
      if (stopping) return;
      onEvent({ event: 'postgres_died', code, signal });
      try {
        child = await untilItStarts(() => launch(programs, user, cluster, server.port, settings));
        if (stopping) child.kill('SIGINT');
        else watch(child);
        onEvent({ event: 'postgres_ready', port: server.port, pid: child.pid! });
      } catch (error) {
        onEvent({ event: 'postgres_gave_up', message: (error as Error).message });
      }
    });
  watch(child);

  return {
    ownerUrl: `postgres://postgres:${password}@127.0.0.1:${server.port}/postgres`,
    port: server.port,
    pid: () => child.pid!,
    async stop() {
      stopping = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGINT');
      const hurry = setTimeout(() => child.kill('SIGQUIT'), 20_000);
      await gone;
      clearTimeout(hurry);
    }
  };
}

/** The superuser's password, made on the first call. */
async function ownerPassword(folder: string): Promise<string> {
  const file = path.join(folder, 'owner-password');
  const kept = await readFile(file, 'utf8').catch(() => null);
  if (kept) return kept.trim();
  const password = randomBytes(24).toString('base64url');
  await writeFile(file, `${password}\n`, { mode: 0o600 });
  return password;
}

async function createCluster({ initdb }: Programs, user: SystemUser | null, cluster: string, passwordFile: string): Promise<void> {
  // What lies there has no PG_VERSION: the rest of an initdb that was killed.
  await rm(cluster, { recursive: true, force: true });
  await mkdir(cluster, { mode: 0o700 });
  const readable = path.join(path.dirname(cluster), `initdb-${process.pid}`);
  await writeFile(readable, await readFile(passwordFile), { mode: 0o600 });
  if (user) await Promise.all([chown(cluster, user.uid, user.gid), chown(readable, user.uid, user.gid)]);
  try {
    await run(
      initdb,
      [
        `--pgdata=${cluster}`,
        '--username=postgres',
        `--pwfile=${readable}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        `--locale=${await locale()}`,
        '--lc-messages=C',
        '--data-checksums'
      ],
      { ...user, cwd: '/', env: { ...process.env, LC_ALL: 'C' } }
    );
  } catch (error) {
    await rm(cluster, { recursive: true, force: true });
    throw new Error(
      `Postgres could not make its data in ${cluster}: ${(error as { stderr?: string }).stderr?.trim() || (error as Error).message}`,
      { cause: error }
    );
  } finally {
    await rm(readable, { force: true });
  }
  await chmod(cluster, 0o700);
}

/** The same order of letters on every machine that has it. */
async function locale(): Promise<string> {
  const { stdout } = await run('locale', ['-a']).catch(() => ({ stdout: '' }));
  return (
    stdout
      .split('\n')
      .find((name) => /^C\.utf-?8$/i.test(name.trim()))
      ?.trim() ?? 'C'
  );
}

async function firstStart(
  programs: Programs,
  user: SystemUser | null,
  cluster: string,
  port: number | undefined,
  settings: Record<string, string>
) {
  let chosen = port ?? 0;
  const child = await untilItStarts(async () => {
    // Another process may take the free port before Postgres does: then the next attempt takes another one.
    chosen = port ?? (await freePort());
    return launch(programs, user, cluster, chosen, settings);
  });
  return { child, port: chosen };
}

/** Backends of a killed server hold its shared memory for a moment, and a port can be lost to another process. */
async function untilItStarts(start: () => Promise<ChildProcess>): Promise<ChildProcess> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start();
    } catch (error) {
      if (attempt === 6) throw error;
      await wait(100 * attempt ** 2);
    }
  }
}

/** Resolves when the server accepts connections; rejects with its last words when it ends before that. */
async function launch(
  { postgres }: Programs,
  user: SystemUser | null,
  cluster: string,
  port: number,
  settings: Record<string, string>
): Promise<ChildProcess> {
  const flags = Object.entries({ ...SETTINGS, ...settings, port: String(port) }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  // Detached: a Ctrl-C in the terminal must reach the supervisor alone, which stops the database last.
  const child = spawn(postgres, ['-D', cluster, ...flags], {
    ...user,
    cwd: '/',
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, LC_ALL: 'C' }
  });
  let words = '';
  return new Promise((resolve, reject) => {
    const failed = (reason: string) => reject(new Error(`Postgres did not start in ${cluster}: ${reason}`));
    const ended = () => failed(words.trim().split('\n').slice(-3).join(' ') || 'it ended without a word');
    child.once('error', (error) => failed(error.message));
    child.once('exit', ended);
    // Read to the end of its life: a full pipe would stop the server.
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      words = (words + text).slice(-2_000);
      if (words.includes('ready to accept connections')) {
        child.off('exit', ended);
        resolve(child);
      }
    });
  });
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  await new Promise((done) => probe.close(done));
  return port;
}

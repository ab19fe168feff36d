import path from 'node:path';
import { storeConsentTexts } from '#modules/consent/store-consent-texts.server.ts';
import { migrate } from '#platform/migrate.server.ts';
import { apiKeys, loadKeys } from '../auth/keys.ts';
import { migrateAuth } from '../auth/migrate-auth.ts';
import { prepareDatabase } from '../postgres/prepare-database.ts';
import { startPostgres, type Postgres, type PostgresEvent } from '../postgres/start-postgres.ts';
import { installTranscriber } from '../transcriber/install.mjs';
import { keptSecrets, makeFolders, OWN_SETTINGS, writeEnvironment, type Secrets } from './data-folder.ts';
import { freePort, isFree, nextFreePort } from './ports.ts';
import { takeFolder, type RunFile } from './run-file.ts';
import { forAuth, forTranscriber, forWeb, forWorker, named, ordinary, type Settings } from './settings.ts';
import { supervise, type Part, type Supervised, type SupervisorEvent } from './supervise.ts';

const SOURCES = path.resolve(import.meta.dirname, '../..');
const DEFAULT_PORT = 8700;

export type ArchiveEvent =
  | SupervisorEvent
  | PostgresEvent
  | { event: 'orphans_stopped'; parts: string[] }
  | { event: 'migrated'; versions: number }
  | { event: 'installing'; line: string };

/** What the archive does without, in one sentence, and the line that brings it. */
export type Lack = { why: string; remedy?: string };

export type Archive = {
  /** What people type into their browser. */
  origin: string;
  /** Everything that the processes were told, together: what `npm run …` scripts work with. */
  settings: Settings;
  /** In the order of their start. */
  parts: Supervised[];
  lacks: Lack[];
  /** Resolves with the reason when the database is lost for good; everything else is started again for ever. */
  lost: Promise<string>;
  /** Children first, the database last. */
  stop: () => Promise<void>;
};

export type ArchiveOptions = {
  folder: string;
  env?: NodeJS.ProcessEnv;
  /** Where the speech engine is installed; by default in `folder`. */
  speechFolder?: string;
  onEvent?: (event: ArchiveEvent) => void;
};

/**
 * Starts everything that `env` names no server for, in order: database and migrations, auth and the engines, web and worker.
 * What can be done without (the speech engine) does not hold up the rest.
 *
 * @throws Error in plain words, after stopping what was started
 */
export async function startArchive({
  folder,
  env = process.env,
  speechFolder = folder,
  onEvent = () => undefined
}: ArchiveOptions): Promise<Archive> {
  const { run, stopped } = await takeFolder(folder);
  if (stopped.length) onEvent({ event: 'orphans_stopped', parts: stopped });
  const crew = new Crew(folder, env, run, onEvent);
  try {
    makeFolders(folder);
    const secrets = keptSecrets(folder);
    const installing = env.TRANSCRIBER_URL
      ? null
      : installTranscriber({
          data: speechFolder,
          model: env.WHISPER_MODEL || undefined,
          say: (line) => onEvent({ event: 'installing', line })
        });

    const settings: Settings = {
      SAWT_SECRET: secrets.secret,
      ...named(env),
      ...(await webAddress(env)),
      SAWT_DATA: folder
    };
    if (!env.DATABASE_URL && env.SUPABASE_URL) {
      throw new Error('A Supabase Auth keeps its accounts in its own database, where the archive has to be too: set DATABASE_URL as well.');
    }
    if (!env.DATABASE_URL) Object.assign(settings, await crew.startDatabase(secrets));
    await bringUpToDate(settings, onEvent);

    if (!env.SUPABASE_URL) await startAuth(crew, settings, secrets);
    if (!env.TRANSLATOR_URL) await startTranslator(crew, settings);
    const lacks = installing ? await startTranscriber(crew, settings, speechFolder, await installing) : [];
    const own = Object.keys(settings).filter((name) => !env[name]);
    writeEnvironment(folder, { ...settings, [OWN_SETTINGS]: own.join(',') });

    // The web answers as soon as it can: whoever waits for a page need not wait for a speech model to load.
    await Promise.all([
      crew.startScript('web', forWeb(settings), { healthUrl: `http://127.0.0.1:${settings.PORT}/healthz` }),
      crew.startScript('worker', forWorker(settings))
    ]);
    return { origin: settings.ORIGIN!, settings, parts: crew.parts, lacks, lost: crew.lost, stop: () => crew.stop() };
  } catch (error) {
    await crew.stop();
    throw error;
  }
}

/** Everything that runs, so that it can be stopped in order whenever something goes wrong on the way. */
class Crew {
  readonly parts: Supervised[] = [];
  readonly lost: Promise<string>;
  readonly #folder: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #run: RunFile;
  readonly #onEvent: (event: ArchiveEvent) => void;
  #lose: (reason: string) => void = () => undefined;
  #postgres: Postgres | null = null;

  constructor(folder: string, env: NodeJS.ProcessEnv, run: RunFile, onEvent: (event: ArchiveEvent) => void) {
    this.#folder = folder;
    this.#env = env;
    this.#run = run;
    this.#onEvent = onEvent;
    this.lost = new Promise((resolve) => (this.#lose = resolve));
  }

  get env() {
    return this.#env;
  }

  /** The embedded Postgres, with logins of our own. */
  async startDatabase({ webPassword, workerPassword, authPassword }: Secrets): Promise<Settings> {
    const postgres = await startPostgres({
      dataDir: path.join(this.#folder, 'postgres'),
      onEvent: (event) => {
        this.#onEvent(event);
        if (event.event === 'postgres_gave_up') this.#lose(event.message);
      }
    });
    this.#postgres = postgres;
    await prepareDatabase(postgres.ownerUrl, { passwords: { web: webPassword, worker: workerPassword, auth: authPassword } });
    return {
      DATABASE_OWNER_URL: postgres.ownerUrl,
      DATABASE_URL: asLogin(postgres.ownerUrl, 'sawt_web', webPassword),
      DATABASE_WORKER_URL: asLogin(postgres.ownerUrl, 'sawt_worker', workerPassword)
    };
  }

  /** Resolves when the part is up. */
  start(name: string, command: string, args: string[], settings: Settings, more: Partial<Part> = {}): Promise<void> {
    const env = { ...ordinary(this.#env), ...settings };
    const logFile = path.join(this.#folder, 'logs', `${name}.log`);
    const part = supervise({ name, command, args, env, logFile, ...more }, (event) => {
      if (event.event === 'started') this.#run.note(name, event.pid);
      this.#onEvent(event);
    });
    this.parts.push(part);
    return part.ready;
  }

  /** `name` is a folder under src with a main.ts; its last part names the process. */
  startScript(name: string, settings: Settings, more?: Partial<Part>): Promise<void> {
    return this.start(path.basename(name), process.execPath, [path.join(SOURCES, name, 'main.ts')], settings, more);
  }

  async stop(): Promise<void> {
    await Promise.all(this.parts.map((part) => part.stop()));
    await this.#postgres?.stop();
    this.#run.release();
  }
}

/** A real Supabase has its own `auth` schema; without the owner's login the migrations are somebody else's task. */
async function bringUpToDate(settings: Settings, onEvent: (event: ArchiveEvent) => void): Promise<void> {
  const owner = settings.DATABASE_OWNER_URL;
  if (!owner) return;
  if (!settings.SUPABASE_URL) await migrateAuth(owner);
  const versions = await migrate(owner);
  await storeConsentTexts(owner);
  if (versions.length) onEvent({ event: 'migrated', versions: versions.length });
}

async function startAuth(crew: Crew, settings: Settings, { authPassword }: Secrets): Promise<void> {
  if (!settings.DATABASE_OWNER_URL) {
    throw new Error('The local sign-in needs a database it may log in to: set SUPABASE_URL and its keys too, or DATABASE_OWNER_URL.');
  }
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const keys = await apiKeys(await loadKeys(path.join(settings.SAWT_DATA!, 'auth'), crew.env.AUTH_JWT_SECRET));
  Object.assign(settings, { SUPABASE_URL: url, SUPABASE_PUBLISHABLE_KEY: keys.publishable, SUPABASE_SECRET_KEY: keys.secret });
  const own = { AUTH_DATABASE_URL: asLogin(settings.DATABASE_OWNER_URL, 'supabase_auth_admin', authPassword), AUTH_PORT: String(port) };
  await crew.startScript('embedded/auth', forAuth(settings, crew.env, own), { healthUrl: `${url}/health` });
}

async function startTranslator(crew: Crew, settings: Settings): Promise<void> {
  const port = await freePort();
  settings.TRANSLATOR_URL = `http://127.0.0.1:${port}`;
  await crew.startScript('embedded/translator', { PORT: String(port) }, { healthUrl: `${settings.TRANSLATOR_URL}/health` });
}

async function startTranscriber(
  crew: Crew,
  settings: Settings,
  speechFolder: string,
  engine: Awaited<ReturnType<typeof installTranscriber>>
): Promise<Lack[]> {
  if (!engine.ok) return [{ why: engine.reason, ...(engine.remedy && { remedy: engine.remedy }) }];
  const port = await freePort();
  settings.TRANSCRIBER_URL = `http://127.0.0.1:${port}`;
  const own = { PORT: String(port), SAWT_DATA: speechFolder };
  const ready = crew.start('transcriber', engine.python, [engine.server], forTranscriber(crew.env, own), {
    healthUrl: `${settings.TRANSCRIBER_URL}/health`
  });
  // Jobs wait for it by themselves; a model that never loads is told by the log and the desk.
  ready.catch(() => undefined);
  return [];
}

/** Where the web listens, and what people type: the wished-for port, or the next free one when none was wished for. */
async function webAddress(env: NodeJS.ProcessEnv): Promise<Settings> {
  const host = env.HOST || '127.0.0.1';
  const wished = Number(env.PORT);
  if (wished && !(await isFree(wished, host)))
    throw new Error(`Port ${wished} is taken. Set PORT to another one, or leave it out for the next free one.`);
  const port = wished || (await nextFreePort(DEFAULT_PORT, host));
  return { HOST: host, PORT: String(port), ORIGIN: env.ORIGIN || `http://localhost:${port}` };
}

function asLogin(url: string, user: string, password: string): string {
  const changed = new URL(url);
  changed.username = user;
  changed.password = password;
  return changed.href;
}

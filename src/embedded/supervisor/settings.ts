export type Settings = Record<string, string>;
type Environment = Readonly<Record<string, string | undefined>>;

/** What every process may know: where programs are, which letters and which clock. */
const ORDINARY = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'NODE_ENV', 'NODE_EXTRA_CA_CERTS'];

/** In which header a proxy in front says who calls: tries are counted by caller, in memory, and nobody may use up everyone's. */
const PROXY = ['ADDRESS_HEADER', 'XFF_DEPTH'];

/** Servers that may stand in for embedded parts, and how the web is reached. */
const NAMED = [
  'DATABASE_URL',
  'DATABASE_WORKER_URL',
  'DATABASE_OWNER_URL',
  'SUPABASE_URL',
  'SUPABASE_PUBLISHABLE_KEY',
  'SUPABASE_SECRET_KEY',
  'SUPABASE_JWT_SECRET',
  'MEILI_URL',
  'MEILI_KEY',
  'MEILI_SEARCH_KEY',
  'MEILI_VERSION_KEY',
  'TRANSCRIBER_URL',
  'TRANSCRIBER_KEY',
  'TRANSCRIBER_MODEL',
  'TRANSCRIBER_LANGUAGES',
  'TRANSLATOR_URL',
  'TRANSLATOR_KEY',
  'TRANSLATOR_LANGUAGES',
  'S3_ENDPOINT',
  'S3_REGION',
  'S3_BUCKET',
  'S3_ACCESS_KEY_ID',
  'S3_SECRET_ACCESS_KEY',
  'MEDIA_STORE',
  'SMTP_URL',
  'MAIL_FROM',
  'BODY_SIZE_LIMIT',
  ...PROXY
];

const pick = (env: Environment, wanted: (name: string) => boolean): Settings =>
  Object.fromEntries(Object.entries(env).filter((pair): pair is [string, string] => Boolean(pair[1]) && wanted(pair[0])));

export const ordinary = (env: Environment): Settings => pick(env, (name) => ORDINARY.includes(name) || name === 'SAWT_LOG_LEVEL');

/** What the person who started the archive set for it. */
export const named = (env: Environment): Settings => pick(env, (name) => NAMED.includes(name) || name.startsWith('SAWT_'));

/** What the worker alone is trusted with. */
const WORKER_ONLY = ['DATABASE_WORKER_URL', 'MEILI_KEY', 'MEILI_VERSION_KEY', 'TRANSCRIBER_KEY', 'TRANSLATOR_KEY', 'SMTP_URL'];

/** The web: not the worker's database password, nor the owner's, nor keys of servers that it only asks how they are, or may only search. */
export const forWeb = (all: Settings): Settings => pick(all, (name) => !['DATABASE_OWNER_URL', ...WORKER_ONLY].includes(name));

/** The worker: its own database login in place of the web's, and no key that may change accounts. */
export const forWorker = (all: Settings): Settings => ({
  ...pick(all, (name) => !['DATABASE_OWNER_URL', 'SUPABASE_SECRET_KEY', 'SUPABASE_JWT_SECRET', 'HOST', 'PORT', ...PROXY].includes(name)),
  DATABASE_URL: all.DATABASE_WORKER_URL ?? all.DATABASE_URL ?? ''
});

/** The auth server: its own login, whether mails go to a server, and what seals them until a worker sends them. */
export const forAuth = (all: Settings, env: Environment, own: Settings): Settings => ({
  ...pick(all, (name) => ['SAWT_DATA', 'SAWT_SECRET', 'ORIGIN', 'SMTP_URL'].includes(name)),
  ...pick(env, (name) => name.startsWith('AUTH_')),
  ...own
});

/** The speech engine: where its model is, and nothing else. */
export const forTranscriber = (env: Environment, own: Settings): Settings => ({
  ...pick(
    env,
    (name) => name === 'WHISPER_MODEL' || (name.startsWith('TRANSCRIBER_') && !NAMED.includes(name)) || name.startsWith('OPENBLAS_')
  ),
  ...own
});

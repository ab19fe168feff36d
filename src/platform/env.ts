import * as v from 'valibot';

const url = (...protocols: string[]) =>
  v.pipe(
    v.string(),
    v.check(
      (text) => URL.canParse(text) && protocols.includes(new URL(text).protocol),
      `must be an address that begins with ${protocols.join(' or ')}//`
    )
  );
const http = url('http:', 'https:');
const postgres = url('postgres:', 'postgresql:');

const Environment = v.object({
  DATABASE_URL: postgres,
  DATABASE_WORKER_URL: v.optional(postgres),
  DATABASE_OWNER_URL: v.optional(postgres),
  SUPABASE_URL: http,
  SUPABASE_PUBLISHABLE_KEY: v.pipe(v.string(), v.minLength(20, 'must be the publishable (anon) key')),
  SUPABASE_SECRET_KEY: v.optional(v.pipe(v.string(), v.minLength(20, 'must be the secret (service role) key'))),
  SUPABASE_JWT_SECRET: v.optional(v.pipe(v.string(), v.minLength(32, 'must be the secret that Supabase Auth signs with'))),
  MEILI_URL: v.optional(http),
  MEILI_KEY: v.optional(v.string()),
  MEILI_SEARCH_KEY: v.optional(v.string()),
  MEILI_VERSION_KEY: v.optional(v.string()),
  TRANSCRIBER_URL: v.optional(http),
  TRANSCRIBER_KEY: v.optional(v.string()),
  TRANSCRIBER_MODEL: v.optional(v.string()),
  TRANSCRIBER_LANGUAGES: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[a-z]{2,3}(,[a-z]{2,3})*$/, 'must be codes of languages: ar,en'),
      v.transform((text) => text.split(','))
    )
  ),
  TRANSLATOR_URL: v.optional(http),
  TRANSLATOR_KEY: v.optional(v.string()),
  TRANSLATOR_LANGUAGES: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[\w-]+:[\w-]+(,[\w-]+:[\w-]+)*$/, 'must be pairs of languages: ar:en,en:ar'),
      v.transform((text) => text.split(',').map((pair) => ({ source: pair.split(':')[0]!, target: pair.split(':')[1]! })))
    )
  ),
  S3_ENDPOINT: v.optional(http),
  S3_REGION: v.optional(v.string()),
  S3_BUCKET: v.optional(v.string()),
  S3_ACCESS_KEY_ID: v.optional(v.string()),
  S3_SECRET_ACCESS_KEY: v.optional(v.string()),
  MEDIA_STORE: v.optional(v.picklist(['disk', 's3'], 'must be disk or s3')),
  SMTP_URL: v.optional(url('smtp:', 'smtps:')),
  MAIL_FROM: v.optional(v.string()),
  ORIGIN: v.pipe(
    http,
    v.transform((text) => new URL(text).origin)
  ),
  HOST: v.optional(v.string(), '127.0.0.1'),
  PORT: v.optional(v.pipe(v.string(), v.regex(/^\d{1,5}$/, 'must be a port number'), v.transform(Number)), '8700'),
  SAWT_DATA: v.pipe(v.string(), v.minLength(1)),
  SAWT_SECRET: v.pipe(v.string(), v.regex(/^[0-9a-f]{64,}$/i, 'must be at least 32 random bytes in hex')),
  SAWT_LOG_LEVEL: v.optional(v.picklist(['debug', 'info', 'warn', 'error']), 'info')
});

/** Half a store is none: one that is named has to be reachable in full. */
const S3 = ['S3_ENDPOINT', 'S3_REGION', 'S3_BUCKET', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'] as const;

export type Env = v.InferOutput<typeof Environment>;

/** Every variable that the web and the worker read. */
export const ENV_NAMES: readonly string[] = Object.keys(Environment.entries);

/**
 * The settings of this process, checked.
 * @throws Error that names each wrong or missing variable and what it must be; never its value
 */
export function readEnv(source: Record<string, string | undefined> = process.env): Env {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = v.safeParse(Environment, given);
  const wrong = (parsed.issues ?? []).map((issue) => {
    const name = v.getDotPath(issue) ?? '?';
    return given[name] === undefined ? `${name} is missing` : `${name} ${issue.message}`;
  });
  const unnamed = S3.filter((name) => given[name] === undefined);
  if (unnamed.length < S3.length) wrong.push(...unnamed.map((name) => `${name} is missing: media in S3 takes all of ${S3.join(', ')}`));
  if (given['MEDIA_STORE'] === 's3' && unnamed.length === S3.length) wrong.push(`MEDIA_STORE is s3, which takes all of ${S3.join(', ')}`);
  if (parsed.success && !wrong.length) return parsed.output;
  throw new Error(`These settings need attention:\n  ${wrong.join('\n  ')}`);
}

import * as v from 'valibot';

const seconds = (fallback: string) =>
  v.optional(v.pipe(v.string(), v.regex(/^\d+$/, 'must be a number of seconds'), v.transform(Number)), fallback);

const Environment = v.object({
  /** As supabase_auth_admin. */
  AUTH_DATABASE_URL: v.pipe(v.string(), v.url()),
  AUTH_PORT: v.optional(v.pipe(v.string(), v.regex(/^\d{1,5}$/), v.transform(Number)), '0'),
  SAWT_DATA: v.pipe(v.string(), v.minLength(1)),
  /** The site that links lead to. */
  ORIGIN: v.pipe(
    v.string(),
    v.url(),
    v.transform((text) => new URL(text).origin)
  ),
  /** Other origins that links may lead to, by commas. */
  AUTH_ALLOWED_ORIGINS: v.optional(v.string(), ''),
  AUTH_JWT_SECRET: v.optional(v.pipe(v.string(), v.minLength(32, 'must have at least 32 characters'))),
  AUTH_JWT_SECONDS: seconds('3600'),
  AUTH_REUSE_SECONDS: seconds('10'),
  AUTH_INVITATION_SECONDS: seconds('259200'),
  AUTH_RECOVERY_SECONDS: seconds('3600'),
  AUTH_MAIL_SECONDS: seconds('60'),
  AUTH_PASSWORD_LENGTH: v.optional(v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number)), '12'),
  /** Header in which the web says who calls; without it callers are not told apart. */
  AUTH_CALLER_HEADER: v.optional(v.pipe(v.string(), v.toLowerCase())),
  /** Mails go to a server: a worker sends them, sealed until then with this. */
  SMTP_URL: v.optional(v.pipe(v.string(), v.url())),
  SAWT_SECRET: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{64,}$/i, 'must be at least 32 random bytes in hex')))
});

export type Settings = {
  databaseUrl: string;
  port: number;
  dataDir: string;
  outbox: string;
  siteUrl: string;
  allowedOrigins: readonly string[];
  jwtSecret: string | undefined;
  /** All in seconds. */
  life: { accessToken: number; reuse: number; invitation: number; recovery: number; betweenMails: number };
  passwordLength: number;
  callerHeader: string | undefined;
  /** What seals mails in the queue; null where they are written into the folder instead. */
  mailSecret: string | null;
};

/** @throws Error that names the variable and what it must be, never its value */
export function readSettings(source: Record<string, string | undefined>): Settings {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value));
  const parsed = v.safeParse(Environment, given);
  if (!parsed.success)
    throw new Error(parsed.issues.map((issue) => `${v.getDotPath(issue)}: ${issue.message.replace(/received .*/, '')}`).join('; '));
  const env = parsed.output;
  if (env.SMTP_URL && !env.SAWT_SECRET) throw new Error('SAWT_SECRET: mails on their way to SMTP_URL are sealed with it');
  return {
    databaseUrl: env.AUTH_DATABASE_URL,
    port: env.AUTH_PORT,
    dataDir: `${env.SAWT_DATA}/auth`,
    outbox: `${env.SAWT_DATA}/outbox`,
    siteUrl: env.ORIGIN,
    allowedOrigins: [
      env.ORIGIN,
      ...env.AUTH_ALLOWED_ORIGINS.split(',')
        .map((origin) => origin.trim())
        .filter(Boolean)
    ],
    jwtSecret: env.AUTH_JWT_SECRET,
    life: {
      accessToken: env.AUTH_JWT_SECONDS,
      reuse: env.AUTH_REUSE_SECONDS,
      invitation: env.AUTH_INVITATION_SECONDS,
      recovery: env.AUTH_RECOVERY_SECONDS,
      betweenMails: env.AUTH_MAIL_SECONDS
    },
    passwordLength: env.AUTH_PASSWORD_LENGTH,
    callerHeader: env.AUTH_CALLER_HEADER,
    mailSecret: env.SMTP_URL && env.SAWT_SECRET ? env.SAWT_SECRET : null
  };
}

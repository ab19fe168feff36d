/** What a log line may hold: ids, codes, counts and times; never a name, a text, a file name, an address or a user agent (R33). */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LEVELS)[number];

/** One JSON line for each event, to standard output. */
export function log(level: LogLevel, event: string, fields: LogFields = {}): void {
  const least = (process.env.SAWT_LOG_LEVEL ?? 'info') as LogLevel;
  if (LEVELS.indexOf(level) < LEVELS.indexOf(least)) return;
  process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), level, event, ...fields })}\n`);
}

/** What may be said of an error: its kind and code, and where it was thrown; its message may quote what somebody typed. */
export function describeError(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: typeof error };
  const { code } = error as Error & { code?: unknown };
  const frame = error.stack
    ?.split('\n')
    .find((line) => line.trim().startsWith('at '))
    ?.trim();
  return { error: error.name, code: typeof code === 'string' ? code : undefined, frame };
}

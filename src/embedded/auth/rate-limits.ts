import { createHmac, randomBytes } from 'node:crypto';
import type { AuthDeps } from './deps.ts';
import { AuthError, tooManyRequests } from './errors.ts';

type Bucket = { tokens: number; at: number };

/** How much at once, and in how many seconds a spent bucket is full again. */
export type Rate = { burst: number; seconds: number };

export const REQUESTS: Rate = { burst: 30, seconds: 300 };
export const PASSWORDS: Rate = { burst: 30, seconds: 300 };
export const CODES: Rate = { burst: 10, seconds: 300 };

/**
 * Counts in memory, under a keyed hash whose key dies with the process: neither an address nor an account can be read out
 * of it, and nothing is written down (R33).
 */
export function rateLimits(now: () => number = Date.now) {
  const key = randomBytes(32);
  const buckets = new Map<string, Bucket>();

  return {
    /** @throws AuthError 429 `over_request_rate_limit` */
    spend(kind: string, who: string, { burst, seconds }: Rate): void {
      const id = createHmac('sha256', key).update(`${kind}:${who}`).digest('base64');
      const at = now();
      const before = buckets.get(id) ?? { tokens: burst, at };
      const tokens = Math.min(burst, before.tokens + ((at - before.at) / 1000) * (burst / seconds));
      if (tokens < 1) throw tooManyRequests();
      buckets.set(id, { tokens: tokens - 1, at });
      if (buckets.size > 10_000) forgetFull(at - seconds * 1000);
    }
  };

  function forgetFull(before: number): void {
    for (const [id, bucket] of buckets) if (bucket.at < before) buckets.delete(id);
  }
}

export type RateLimits = ReturnType<typeof rateLimits>;

/** One mail of a kind at a time. @throws AuthError 429 `over_email_send_rate_limit` */
export function spendMail({ limits, settings }: Pick<AuthDeps, 'limits' | 'settings'>, kind: string, who: string): void {
  const { betweenMails } = settings.life;
  try {
    limits.spend(kind, who, { burst: 1, seconds: betweenMails });
  } catch {
    const message = `For security purposes, you can only request this after ${betweenMails} seconds.`;
    throw new AuthError(429, 'over_email_send_rate_limit', message);
  }
}

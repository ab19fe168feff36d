import { createHmac, randomBytes } from 'node:crypto';
import { DomainError } from '#platform/errors.ts';

/** Buckets kept at once; past that the fullest ones are forgotten first, which only ever favours the person. */
const MOST_BUCKETS = 20_000;

export type Attempts = {
  /** @throws DomainError `too_many_requests` when nothing is left for whoever asks from this address */
  take(address: string): void;
};

/**
 * Slows guessing and floods without keeping an address: buckets are named by an HMAC under a key that lives and dies with this process
 * (R33).
 *
 * @param atOnce attempts that may follow each other at once
 * @param refillMs milliseconds after which one more is allowed
 */
export function attempts(atOnce: number, refillMs: number, now: () => number = Date.now): Attempts {
  const key = randomBytes(32);
  /** When each bucket will be full again, in ms since 1970; a full one is not kept. */
  const fullAt = new Map<string, number>();
  return {
    take(address) {
      const name = createHmac('sha256', key).update(address).digest('base64url');
      const instant = now();
      const full = Math.max(fullAt.get(name) ?? instant, instant) + refillMs;
      if (full - instant > atOnce * refillMs) throw new DomainError('too_many_requests');
      fullAt.delete(name);
      fullAt.set(name, full);
      if (fullAt.size > MOST_BUCKETS) forget(fullAt, instant);
    }
  };
}

function forget(fullAt: Map<string, number>, instant: number): void {
  for (const [name, full] of fullAt) if (full <= instant) fullAt.delete(name);
  for (const name of fullAt.keys()) {
    if (fullAt.size <= MOST_BUCKETS) return;
    fullAt.delete(name);
  }
}

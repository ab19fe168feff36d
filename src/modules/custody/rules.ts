import { createHash } from 'node:crypto';

/** A row of the log as its digest is taken over: `atMicros` since 1970 and `detail` exactly as Postgres writes them. */
export type ChainedEvent = {
  testimonyId: string;
  position: number;
  kind: string;
  actorKind: string;
  actorId: string | null;
  atMicros: string;
  detail: string;
  previous: Uint8Array;
  hash: Uint8Array;
};

export type Verdict = { intact: true; length: number; head: string } | { intact: false; brokenAt: number };

/** The SHA-256 that `app.custody_digest` computes for the same event; a test holds the two together. */
export function digest(event: Omit<ChainedEvent, 'hash'>): Buffer {
  const said = [event.testimonyId, event.position, event.kind, event.actorKind, event.actorId ?? '', event.atMicros, event.detail].join(
    '\n'
  );
  return createHash('sha256').update(event.previous).update(said, 'utf8').digest();
}

/**
 * Whether a testimony's log, in order, is as it was written (R36). Anything changed, added or taken out before the last event shows at
 * its position; that events were cut off the end can only be seen beside a head (`head`, hex) noted elsewhere.
 */
export function verifyChain(events: readonly ChainedEvent[]): Verdict {
  let before: Uint8Array = new Uint8Array();
  for (const [place, event] of events.entries()) {
    const inOrder = event.position === place + 1 && Buffer.compare(event.previous, before) === 0;
    if (!inOrder || !digest(event).equals(event.hash)) return { intact: false, brokenAt: place + 1 };
    before = event.hash;
  }
  return { intact: true, length: events.length, head: Buffer.from(before).toString('hex') };
}

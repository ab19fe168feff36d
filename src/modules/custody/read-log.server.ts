import { sql } from 'kysely';
import type { Actor } from '#platform/actor.ts';
import { asActor, type Db, type Tx } from '#platform/db.server.ts';
import type { TestimonyId } from '#platform/ids.ts';
import type { ChainedEvent } from './rules.ts';

export type LogEntry = { position: number; kind: string; at: Date; actorKind: string; who: string | null };

/** What happened to a testimony, newest first; empty for whoever may not read it. `limit` entries at most. */
export function readLog({ db }: { db: Db }, actor: Actor, { testimonyId, limit = 200 }: { testimonyId: TestimonyId; limit?: number }) {
  return asActor(db, actor, (tx) => logOf(tx, testimonyId, limit));
}

export async function logOf(tx: Tx, testimonyId: TestimonyId, limit: number): Promise<LogEntry[]> {
  return tx
    .selectFrom('custody_event as e')
    .leftJoin('account as a', 'a.user_id', 'e.actor_id')
    .select(['e.position', 'e.kind', 'e.at', 'e.actor_kind as actorKind', 'a.display_name as who'])
    .where('e.testimony_id', '=', testimonyId)
    .orderBy('e.position', 'desc')
    .limit(limit)
    .execute();
}

/** The whole log in order, as its hashes were taken over it. */
export async function chainOf(tx: Tx, testimonyId: TestimonyId): Promise<ChainedEvent[]> {
  return tx
    .selectFrom('custody_event')
    .select(['testimony_id as testimonyId', 'position', 'kind', 'actor_kind as actorKind', 'actor_id as actorId', 'previous', 'hash'])
    .select([sql<string>`(extract(epoch from at) * 1000000)::bigint::text`.as('atMicros'), sql<string>`detail::text`.as('detail')])
    .where('testimony_id', '=', testimonyId)
    .orderBy('position')
    .execute();
}

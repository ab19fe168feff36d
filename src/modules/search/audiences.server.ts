import { sql } from 'kysely';
import type { Audience } from '#engines/index/port.ts';
import type { Actor } from '#platform/actor.ts';
import type { Tx } from '#platform/db.server.ts';

/** Whom the actor may read for: everyone what is public, a vetted reader also what was consented to for their purposes. */
export async function audiencesOf(tx: Tx, actor: Actor): Promise<Audience[]> {
  if (actor.kind !== 'account') return ['public'];
  const { rows } = await sql<{ audience: Audience }>`select unnest(app.my_audiences())::text as audience`.execute(tx);
  return rows.map(({ audience }) => audience);
}

import { sql } from 'kysely';
import type { Audience } from '#engines/index/port.ts';
import type { Actor } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';

/** Whom the actor may read for: everyone what is public, a vetted reader also what was consented to for their purposes. */
export async function audiencesOf(db: Db, actor: Actor): Promise<Audience[]> {
  if (actor.kind !== 'account') return ['public'];
  return asActor(db, actor, async (tx) => {
    const { rows } = await sql<{ audience: Audience }>`select unnest(app.my_audiences())::text as audience`.execute(tx);
    return rows.map(({ audience }) => audience);
  });
}

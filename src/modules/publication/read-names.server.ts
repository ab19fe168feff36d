import type { Actor } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import type { Named } from './edition.ts';

export interface Names {
  facilities: Named[];
  themes: Named[];
}

/** The places and themes of the vocabulary, to name what an index knows by slug only. */
export async function readNames({ db }: { db: Db }, actor: Actor): Promise<Names> {
  return asActor(db, actor, async (tx) => {
    const columns = ['slug', 'name_ar as ar', 'name_en as en'] as const;
    return {
      facilities: await tx.selectFrom('facility').select(columns).execute(),
      themes: await tx.selectFrom('theme').select(columns).execute()
    };
  });
}

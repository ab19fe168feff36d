import type { Actor } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';

export type Facility = {
  id: string;
  slug: string;
  nameAr: string;
  nameEn: string;
  aliases: string[];
  latitude: number | null;
  longitude: number | null;
};
export type Theme = { id: string; slug: string; nameAr: string; nameEn: string };

/** The places and themes that testimonies are sorted by. */
export function listVocabulary({ db }: { db: Db }, actor: Actor): Promise<{ facilities: Facility[]; themes: Theme[] }> {
  return asActor(db, actor, async (tx) => ({
    facilities: await tx
      .selectFrom('facility')
      .select(['id', 'slug', 'name_ar as nameAr', 'name_en as nameEn', 'aliases', 'latitude', 'longitude'])
      .orderBy('name_ar')
      .execute(),
    themes: await tx.selectFrom('theme').select(['id', 'slug', 'name_ar as nameAr', 'name_en as nameEn']).orderBy('name_ar').execute()
  }));
}

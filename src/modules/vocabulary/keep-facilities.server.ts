import type { Actor } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import { slugFor } from './rules.ts';
import type { FacilityChange, NewFacility } from './schema.ts';

/**
 * Adds a place of detention. Its address comes from the English name and never changes after that.
 * @throws DomainError `not_found` (also: not yours to add)
 */
export function addFacility(
  { db }: { db: Db },
  actor: Actor,
  { nameAr, nameEn, aliases, latitude, longitude }: NewFacility
): Promise<void> {
  return asActor(db, actor, async (tx) => {
    const taken = await tx.selectFrom('facility').select('slug').execute();
    await tx
      .insertInto('facility')
      .values({
        slug: slugFor(nameEn, new Set(taken.map(({ slug }) => slug))),
        name_ar: nameAr,
        name_en: nameEn,
        aliases,
        latitude,
        longitude
      })
      .execute();
  });
}

/** Changes a place's names and whereabouts. @throws DomainError `not_found` (also: not yours to change) */
export function changeFacility({ db }: { db: Db }, actor: Actor, { id, nameAr, nameEn, ...rest }: FacilityChange): Promise<void> {
  return asActor(db, actor, async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable('facility')
      .set({ name_ar: nameAr, name_en: nameEn, ...rest })
      .where('id', '=', id)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) throw new DomainError('not_found');
  });
}

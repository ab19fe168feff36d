import type { Actor } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import { slugFor } from './rules.ts';
import type { NewTheme, ThemeChange } from './schema.ts';

/** Adds a theme. @throws DomainError `not_found` (also: not yours to add) */
export function addTheme({ db }: { db: Db }, actor: Actor, { nameAr, nameEn }: NewTheme): Promise<void> {
  return asActor(db, actor, async (tx) => {
    const taken = await tx.selectFrom('theme').select('slug').execute();
    const slug = slugFor(nameEn, new Set(taken.map(({ slug }) => slug)));
    await tx.insertInto('theme').values({ slug, name_ar: nameAr, name_en: nameEn }).execute();
  });
}

/** Changes what a theme is called. @throws DomainError `not_found` (also: not yours to change) */
export function changeTheme({ db }: { db: Db }, actor: Actor, { id, nameAr, nameEn }: ThemeChange): Promise<void> {
  return asActor(db, actor, async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable('theme')
      .set({ name_ar: nameAr, name_en: nameEn })
      .where('id', '=', id)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) throw new DomainError('not_found');
  });
}

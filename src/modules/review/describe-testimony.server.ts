import type { Actor } from '#platform/actor.ts';
import { asActor, type Db, type Tx } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import type { TestimonyId } from '#platform/ids.ts';
import type { Description } from './description.ts';

/**
 * Writes what a testimony is called and what it speaks of: all of it at once, as the form shows it. An empty title takes the language away.
 * @throws DomainError `not_found` (also: not yours), `wrong_state` once it is no longer under review
 */
export function describeTestimony({ db }: { db: Db }, actor: Actor, description: Description): Promise<void> {
  return asActor(db, actor, async (tx) => {
    const { testimonyId } = description;
    const testimony = await tx.selectFrom('testimony').select('state').where('id', '=', testimonyId).forUpdate().executeTakeFirst();
    if (!testimony) throw new DomainError('not_found');
    if (!['submitted', 'in_review', 'changes_requested'].includes(testimony.state)) throw new DomainError('wrong_state');
    await tx
      .updateTable('testimony')
      .set({
        language: description.language,
        facility_id: description.facilityId,
        year_from: description.yearFrom,
        year_to: description.yearTo ?? description.yearFrom,
        hard_material: description.hard
      })
      .where('id', '=', testimonyId)
      .execute();
    for (const [language, words] of Object.entries(description.words)) await say(tx, testimonyId, language, words);
    await setThemes(tx, testimonyId, description.themeIds);
    await setWarnings(tx, description);
  });
}

async function say(
  tx: Tx,
  testimonyId: TestimonyId,
  language: string,
  { title, summary }: { title: string; summary: string }
): Promise<void> {
  if (!title) {
    await tx.deleteFrom('testimony_description').where('testimony_id', '=', testimonyId).where('language', '=', language).execute();
    return;
  }
  await tx
    .insertInto('testimony_description')
    .values({ testimony_id: testimonyId, language, title, summary })
    .onConflict((conflict) => conflict.columns(['testimony_id', 'language']).doUpdateSet({ title, summary }))
    .execute();
}

async function setThemes(tx: Tx, testimonyId: TestimonyId, themeIds: readonly string[]): Promise<void> {
  await tx.deleteFrom('testimony_theme').where('testimony_id', '=', testimonyId).execute();
  if (themeIds.length)
    await tx
      .insertInto('testimony_theme')
      .values(themeIds.map((theme_id) => ({ testimony_id: testimonyId, theme_id })))
      .execute();
}

async function setWarnings(tx: Tx, { testimonyId, warnings }: Description): Promise<void> {
  await tx.deleteFrom('content_warning').where('testimony_id', '=', testimonyId).execute();
  if (warnings.length)
    await tx
      .insertInto('content_warning')
      .values(
        warnings.map(({ kind, note, startMs, endMs }) => ({ testimony_id: testimonyId, kind, note, start_ms: startMs, end_ms: endMs }))
      )
      .execute();
}

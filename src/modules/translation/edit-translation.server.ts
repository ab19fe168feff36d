import type { Account } from '#platform/actor.ts';
import { asActor, type Db, type Tx } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import type { SegmentId } from '#platform/ids.ts';
import type { TranslationEdit } from './schema.ts';

/** A passage's translation as the desk works on it; `stale`: the source changed since. */
export type Translated = { text: string; machineText: string | null; provenance: 'machine' | 'human'; stale: boolean; version: number };

/**
 * Corrects a translation, or writes the first one by hand. A machine's stays a machine's until somebody confirms it (R37).
 * @throws DomainError `not_found` (also: not yours to edit), `changed_meanwhile`
 */
export function editTranslation({ db }: { db: Db }, actor: Account, edit: TranslationEdit): Promise<Translated> {
  return asActor(db, actor, async (tx) => {
    if (edit.version === null) await write(tx, actor, edit);
    else {
      await holdTranslation(tx, { ...edit, version: edit.version });
      await tx
        .updateTable('translation')
        .set({ text: edit.text, source_version: edit.sourceVersion, version: edit.version })
        .where('segment_id', '=', edit.segmentId)
        .where('language', '=', edit.language)
        .execute();
    }
    return translationNow(tx, edit.segmentId, edit.language);
  });
}

async function write(tx: Tx, actor: Account, { segmentId, language, text, sourceVersion }: TranslationEdit): Promise<void> {
  const segment = await tx.selectFrom('segment').select('testimony_id').where('id', '=', segmentId).executeTakeFirst();
  if (!segment) throw new DomainError('not_found');
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('translation')
    .values({
      segment_id: segmentId,
      language,
      testimony_id: segment.testimony_id,
      text,
      provenance: 'human',
      source_version: sourceVersion,
      confirmed_by: actor.userId
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (!numInsertedOrUpdatedRows) throw new DomainError('changed_meanwhile');
}

/** @throws DomainError `not_found`, `changed_meanwhile` */
export async function holdTranslation(
  tx: Tx,
  { segmentId, language, version }: { segmentId: SegmentId; language: string; version: number }
): Promise<void> {
  const row = await tx
    .selectFrom('translation')
    .select('version')
    .where('segment_id', '=', segmentId)
    .where('language', '=', language)
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw new DomainError('not_found');
  if (row.version !== version) throw new DomainError('changed_meanwhile');
}

export async function translationNow(tx: Tx, segmentId: SegmentId, language: string): Promise<Translated> {
  const row = await tx
    .selectFrom('translation as x')
    .innerJoin('segment as s', 's.id', 'x.segment_id')
    .select(['x.text', 'x.machine_text as machineText', 'x.provenance', 'x.version', 'x.source_version as madeOf', 's.version as source'])
    .where('x.segment_id', '=', segmentId)
    .where('x.language', '=', language)
    .executeTakeFirst();
  if (!row) throw new DomainError('not_found');
  const { madeOf, source, ...translated } = row;
  return { ...translated, stale: madeOf < source };
}

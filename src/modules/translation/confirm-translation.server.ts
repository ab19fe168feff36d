import type { Account } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import type { SegmentId } from '#platform/ids.ts';
import { holdTranslation, translationNow, type Translated } from './edit-translation.server.ts';
import type { TranslationTarget } from './schema.ts';

/**
 * A person has read a translation beside its source as it is now: it is a human's, and no longer stale (R37).
 * @throws DomainError `not_found`, `changed_meanwhile`
 */
export function confirmTranslation(
  { db }: { db: Db },
  actor: Account,
  { segmentId, language, version }: TranslationTarget
): Promise<Translated> {
  return asActor(db, actor, async (tx) => {
    await holdTranslation(tx, { segmentId, language, version });
    const segment = await tx.selectFrom('segment').select('version').where('id', '=', segmentId).executeTakeFirst();
    if (!segment) throw new DomainError('not_found');
    await tx
      .updateTable('translation')
      .set({ provenance: 'human', confirmed_by: actor.userId, source_version: segment.version, version })
      .where('segment_id', '=', segmentId)
      .where('language', '=', language)
      .execute();
    return translationNow(tx, segmentId, language);
  });
}

/** One translation as it is now; what a conflict is shown beside. @throws DomainError `not_found` */
export function readTranslation(
  { db }: { db: Db },
  actor: Account,
  { segmentId, language }: { segmentId: SegmentId; language: string }
): Promise<Translated> {
  return asActor(db, actor, (tx) => translationNow(tx, segmentId, language));
}

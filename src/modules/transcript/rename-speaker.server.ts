import type { Account } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import type { SpeakerRename } from './schema.ts';
import { carryTranslationsOn, noteCorrection, type Segment } from './segment.server.ts';

/**
 * Gives a speaker another name in every passage of a testimony.
 * @returns how many passages changed
 * @throws DomainError `not_found` where nobody of that name speaks, or it is not yours to edit
 */
export function renameSpeaker({ db }: { db: Db }, actor: Account, { testimonyId, from, to }: SpeakerRename): Promise<number> {
  return asActor(db, actor, async (tx) => {
    const renamed = await tx
      .updateTable('segment')
      .set({ speaker: to })
      .where('testimony_id', '=', testimonyId)
      .where('speaker', '=', from)
      .returning(['id', 'version'])
      .execute();
    if (!renamed.length) throw new DomainError('not_found');
    for (const { id, version } of renamed) await carryTranslationsOn(tx, { id: id as Segment['id'], version: version - 1 });
    await noteCorrection(tx, testimonyId);
    return renamed.length;
  });
}

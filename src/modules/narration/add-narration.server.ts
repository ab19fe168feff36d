import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Account } from '#platform/actor.ts';
import { asActor } from '#platform/db.server.ts';
import type { Deps } from '#platform/deps.server.ts';
import { DomainError } from '#platform/errors.ts';
import type { NarrationId } from '#platform/ids.ts';
import { enqueue } from '#platform/jobs.server.ts';
import { inWorkFolder } from '#platform/work-folder.server.ts';
import { MOST_BYTES, type NarrationNamed, type NewNarration } from './schema.ts';

/** As it was given, until the worker has looked at it; and the stripped copy that is played. */
export const givenKey = (id: NarrationId) => `narrations/${id}/given`;
export const playedKey = (id: NarrationId) => `narrations/${id}/played`;

/**
 * An admin gives a reading of one part of a consent text (R6). It is heard once the worker has checked and stripped it. Its name is
 * not kept.
 * @throws DomainError `not_found` for whoever is no admin and for a version that does not exist, `file_too_large`
 */
export async function addNarration(
  deps: Pick<Deps, 'db' | 'env' | 'store'>,
  actor: Account,
  { textVersion, language, part, sound }: NewNarration
): Promise<NarrationId> {
  if (!actor.roles.includes('admin')) throw new DomainError('not_found');
  if (sound.size > MOST_BYTES) throw new DomainError('file_too_large', { most: MOST_BYTES });
  const id = randomUUID() as NarrationId;
  await inWorkFolder(deps.env, async (folder) => {
    const file = path.join(folder, 'given');
    await writeFile(file, new Uint8Array(await sound.arrayBuffer()), { mode: 0o600 });
    await deps.store.putFile(givenKey(id), file);
  });
  try {
    await asActor(deps.db, actor, async (tx) => {
      const text = tx.selectFrom('consent_text').select('version').where('version', '=', textVersion).where('language', '=', language);
      if (!(await text.executeTakeFirst())) throw new DomainError('not_found');
      await tx.insertInto('narration').values({ id, text_version: textVersion, text_language: language, part }).execute();
      await enqueue(tx, 'tend-narration', { narrationId: id });
    });
  } catch (error) {
    await deps.store.remove(givenKey(id));
    throw error;
  }
  return id;
}

/**
 * Takes a reading away: it is heard no more from this moment, and a job destroys its files.
 * @throws DomainError `not_found`
 */
export async function removeNarration({ db }: Pick<Deps, 'db'>, actor: Account, { narrationId }: NarrationNamed): Promise<void> {
  await asActor(db, actor, async (tx) => {
    const gone = await tx.deleteFrom('narration').where('id', '=', narrationId).returning('id').executeTakeFirst();
    if (!gone) throw new DomainError('not_found');
    await enqueue(tx, 'tend-narration', { narrationId });
  });
}

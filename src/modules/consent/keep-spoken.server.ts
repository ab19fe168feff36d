import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { recordEvent } from '#modules/custody/record-event.server.ts';
import type { Contributor } from '#platform/actor.ts';
import { asActor, type Tx } from '#platform/db.server.ts';
import type { Deps } from '#platform/deps.server.ts';
import { DomainError } from '#platform/errors.ts';
import type { SpokenWordId, TestimonyId } from '#platform/ids.ts';
import { enqueue } from '#platform/jobs.server.ts';
import { inWorkFolder } from '#platform/work-folder.server.ts';
import { consentInForce } from './consent-in-force.server.ts';
import { keepUnderstanding } from './say-understanding.server.ts';
import type { SpokenSound } from './schema.ts';
import { soundTypeOf } from './sound-type.ts';

/** The longest sound that is taken (bytes, 8 MiB): some seventeen minutes as our recorder makes it. */
export const MOST_SPOKEN_BYTES = 8 * 1024 * 1024;
const MOST = 20;

export const spokenFolder = (testimonyId: TestimonyId) => `spoken/${testimonyId}`;
export const spokenKey = (testimonyId: TestimonyId, id: SpokenWordId) => `${spokenFolder(testimonyId)}/${id}`;

/**
 * Keeps what the person said aloud: their consent (R6), or what they understood of it (R7). The log binds its SHA-256 to the answers and
 * the words they were given to (R8). The same sound sent twice is one.
 *
 * @throws DomainError `file_changed_on_the_way` when its SHA-256 is another, `file_too_large`, `file_incomplete` (empty),
 *   `file_type_refused` for what no browser records, `wrong_state` before the first answer, `not_found` after a withdrawal or for an id that is another's, `too_many_requests`
 */
export async function keepSpoken(
  deps: Pick<Deps, 'db' | 'env' | 'store'>,
  actor: Contributor,
  { id, purpose, sha256 }: SpokenSound,
  sound: Uint8Array
): Promise<void> {
  if (sound.byteLength === 0) throw new DomainError('file_incomplete');
  if (sound.byteLength > MOST_SPOKEN_BYTES) throw new DomainError('file_too_large', { most: MOST_SPOKEN_BYTES });
  const mediaType = soundTypeOf(sound);
  if (!mediaType) throw new DomainError('file_type_refused');
  const { testimonyId } = actor;
  if (await asActor(deps.db, actor, (tx) => isKept(tx, id, sha256))) return;

  const key = spokenKey(testimonyId, id);
  const stored = await inWorkFolder(deps.env, async (folder) => {
    const file = path.join(folder, 'sound');
    await writeFile(file, sound, { mode: 0o600 });
    return deps.store.putFile(key, file);
  });
  try {
    if (stored.sha256 !== sha256) throw new DomainError('file_changed_on_the_way');
    await asActor(deps.db, actor, (tx) => write(tx, actor, { id, purpose, media_type: mediaType, store_key: key, ...stored }));
  } catch (error) {
    // Sent twice at once, the other one's row names this file: it stays.
    if (!(await asActor(deps.db, actor, (tx) => isKept(tx, id, sha256)).catch(() => true))) await deps.store.remove(key);
    throw error;
  }
}

async function isKept(tx: Tx, id: SpokenWordId, sha256: string): Promise<boolean> {
  const known = await tx.selectFrom('spoken_word').select('sha256').where('id', '=', id).executeTakeFirst();
  if (known && known.sha256 !== sha256) throw new DomainError('not_found');
  return known !== undefined;
}

function refuse(): never {
  throw new DomainError('not_found');
}

type Row = { id: SpokenWordId; purpose: SpokenSound['purpose']; media_type: string; store_key: string; bytes: number; sha256: string };

async function write(tx: Tx, { testimonyId }: Contributor, row: Row): Promise<void> {
  if ((await tx.selectFrom('spoken_word').select('id').execute()).length >= MOST) throw new DomainError('too_many_requests');
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('spoken_word')
    .values({ testimony_id: testimonyId, ...row } as never)
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirst();
  // Sent twice at once: the other one wrote it down.
  if (!numInsertedOrUpdatedRows) return void ((await isKept(tx, row.id, row.sha256)) || refuse());
  if (row.purpose === 'understanding')
    return keepUnderstanding(tx, { kind: 'contributor', testimonyId }, { words: null, spoken_id: row.id });
  const { evidence } = (await consentInForce(tx, testimonyId))!;
  await recordEvent(tx, testimonyId, 'consent_spoken', { spoken: row.id, spokenSha256: row.sha256, ...evidence });
}

/**
 * The person takes back what they said aloud; a job destroys the sound. The log keeps its hash and that it was deleted.
 * @throws DomainError `not_found`
 */
export async function deleteSpoken({ db }: Pick<Deps, 'db'>, actor: Contributor, { id }: { id: SpokenWordId }): Promise<void> {
  const { testimonyId } = actor;
  await asActor(db, actor, async (tx) => {
    const gone = await tx.deleteFrom('spoken_word').where('id', '=', id).returning('sha256').executeTakeFirst();
    if (!gone) throw new DomainError('not_found');
    await recordEvent(tx, testimonyId, 'spoken_word_deleted', { spoken: id, sha256: gone.sha256 });
    await enqueue(tx, 'forget-spoken', { testimonyId, spokenId: id });
  });
}

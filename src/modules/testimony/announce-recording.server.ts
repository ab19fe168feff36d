import type { Contributor } from '#platform/actor.ts';
import { asActor, type Db, type Tx } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import type { RecordingId } from '#platform/ids.ts';
import { recordEvent } from '#modules/custody/record-event.server.ts';
import { MOST_BYTES, MOST_BYTES_TOGETHER } from './limits.ts';
import { isBeingTold } from './rules.ts';
import type { Announcement } from './schema.ts';

const MOST_RECORDINGS = 50;

/**
 * A recording is named before its bytes come, with the SHA-256 that the browser computed (R34). The same file announced twice, or
 * the same announcement sent twice, is one recording.
 *
 * @param announcement `hashedBy` the archive where a form without script sent it: there was no hash before it arrived
 * @returns the id to upload under and how far it is already
 * @throws DomainError `wrong_state`, `too_many_recordings`, `file_too_large` (all together), `invalid_input` for an id that is taken, by whomever
 */
export async function announceRecording({ db }: { db: Db }, actor: Contributor, announcement: Announcement & { hashedBy?: 'archive' }) {
  const { id, kind, mediaType, bytes, sha256, hashedBy } = announcement;
  return asActor(db, actor, async (tx) => {
    await beingTold(tx, actor);
    const known = await recordings(tx);
    const same = known.find((one) => one.sha256 === sha256 && one.bytes === bytes && one.state !== 'refused' && one.state !== 'destroyed');
    if (same) return { recordingId: same.id as RecordingId, state: same.state };
    refuseTooMuch(known, bytes);

    const position = Math.max(0, ...known.map((one) => one.position)) + 1;
    if (position > MOST_RECORDINGS) throw new DomainError('too_many_recordings', { most: MOST_RECORDINGS });
    const { numInsertedOrUpdatedRows } = await tx
      .insertInto('recording')
      .values({ id, testimony_id: actor.testimonyId, position, kind, media_type: mediaType, bytes, sha256 })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .executeTakeFirst();
    if (!numInsertedOrUpdatedRows) throw new DomainError('invalid_input', { field: 'id' });
    await recordEvent(tx, actor.testimonyId, 'recording_announced', {
      recording: id,
      sha256,
      bytes,
      ...(hashedBy && { hashed_by: hashedBy })
    });
    return { recordingId: id, state: 'expected' as const };
  });
}

/**
 * Whether one more recording of about this size would be taken, asked before its bytes come.
 * @param besides bytes that are on their way already
 * @throws DomainError `wrong_state`, `too_many_recordings`, `file_too_large`
 */
export async function mayAnnounce({ db }: { db: Db }, actor: Contributor, bytes: number, besides = 0): Promise<void> {
  if (bytes > MOST_BYTES) throw new DomainError('file_too_large', { most: MOST_BYTES });
  await asActor(db, actor, async (tx) => {
    await beingTold(tx, actor);
    refuseTooMuch(await recordings(tx), besides + bytes);
  });
}

const recordings = (tx: Tx) => tx.selectFrom('recording').select(['id', 'state', 'position', 'sha256', 'bytes']).execute();

function refuseTooMuch(known: Awaited<ReturnType<typeof recordings>>, bytes: number): void {
  const held = known.reduce((sum, one) => sum + (one.state === 'refused' || one.state === 'destroyed' ? 0 : one.bytes), 0);
  if (held + bytes > MOST_BYTES_TOGETHER) throw new DomainError('file_too_large', { most: MOST_BYTES_TOGETHER });
  if (known.length >= MOST_RECORDINGS) throw new DomainError('too_many_recordings', { most: MOST_RECORDINGS });
}

/** The row is locked, so that two recordings announced at once get two places. */
async function beingTold(tx: Tx, { testimonyId }: Contributor): Promise<void> {
  const { state } = await tx.selectFrom('testimony').select('state').where('id', '=', testimonyId).forUpdate().executeTakeFirstOrThrow();
  if (!isBeingTold(state)) throw new DomainError('wrong_state');
}

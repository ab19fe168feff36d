import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import path from 'node:path';
import { announceRecording, mayAnnounce } from '#modules/testimony/announce-recording.server.ts';
import type { Contributor } from '#platform/actor.ts';
import type { Deps } from '#platform/deps.server.ts';
import { DomainError } from '#platform/errors.ts';
import type { RecordingId, TestimonyId } from '#platform/ids.ts';
import { roomIn } from '#platform/room.server.ts';
import { inWorkFolder } from '#platform/work-folder.server.ts';
import { readPlainForm } from './read-plain-form.server.ts';
import { takeInUpload } from './take-in-upload.server.ts';
import { recordingKey } from './upload-store.ts';

/** Room that is left for everything else the archive writes. */
const RESERVE_BYTES = 512 * 1024 * 1024;

/** What the forms of each testimony that are under way in this process will bring (bytes): parallel ones count together. */
const underWay = new Map<TestimonyId, number>();

/**
 * Takes a recording in that a plain form sent, in one piece: the same intake as by tus, only that the hash is taken here while it arrives. A line
 * that breaks, a refusal or a server that dies leaves nothing half taken.
 *
 * @throws DomainError `wrong_state`, `too_many_recordings`, `file_too_large`, `store_full`, `invalid_input` when it does not say how large
 *   it is (browsers do), and those of {@link readPlainForm}
 */
export async function takePlainUpload(deps: Pick<Deps, 'db' | 'env' | 'store'>, actor: Contributor, req: IncomingMessage): Promise<void> {
  // What surrounds the file in the form weighs little: near enough to refuse before anything is sent for nothing.
  const expected = Number(req.headers['content-length']);
  if (Number.isNaN(expected)) throw new DomainError('invalid_input');
  const besides = underWay.get(actor.testimonyId) ?? 0;
  underWay.set(actor.testimonyId, besides + expected);
  try {
    await mayAnnounce({ db: deps.db }, actor, expected, besides);
    await takeFile(deps, actor, req, expected);
  } finally {
    const rest = underWay.get(actor.testimonyId)! - expected;
    if (rest > 0) underWay.set(actor.testimonyId, rest);
    else underWay.delete(actor.testimonyId);
  }
}

async function takeFile(
  deps: Pick<Deps, 'db' | 'env' | 'store'>,
  actor: Contributor,
  req: IncomingMessage,
  expected: number
): Promise<void> {
  const { db, env, store } = deps;
  await inWorkFolder(env, async (folder) => {
    const room = Math.min(await roomIn(folder), (await store.room()) ?? Infinity);
    if (room - RESERVE_BYTES < expected) throw new DomainError('store_full');
    const file = path.join(folder, 'recording');
    const { mediaType, bytes, sha256 } = await readPlainForm(req, file);
    const kind = mediaType.startsWith('video/') ? 'video' : 'audio';
    const id = randomUUID() as RecordingId;
    const { recordingId, state } = await announceRecording({ db }, actor, { id, kind, mediaType, bytes, sha256, hashedBy: 'archive' });
    // The same file once more: it is here already.
    if (state !== 'expected') return;
    await store.adoptFile(recordingKey(recordingId), file);
    await takeInUpload(deps, actor, recordingId);
  });
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { Server } from '@tus/server';
import * as v from 'valibot';
import { contributorFromCookie, SESSION_COOKIE } from '#modules/testimony/session.server.ts';
import type { Contributor } from '#platform/actor.ts';
import { asActor } from '#platform/db.server.ts';
import type { Deps } from '#platform/deps.server.ts';
import { DomainError, ERROR_STATUS, type ErrorCode } from '#platform/errors.ts';
import { idOf, type RecordingId } from '#platform/ids.ts';
import { describeError, log } from '#platform/log.ts';
import { openUploads } from './open-uploads.server.ts';
import { takeInUpload } from './take-in-upload.server.ts';
import { uploadLocker } from './upload-lock.server.ts';

const RecordingIdText = idOf<RecordingId>();

/** Room that is left for everything else the archive writes. */
const RESERVE_BYTES = 512 * 1024 * 1024;

type WebRequest = { method: string; headers: Headers };

/**
 * `/uploads`, the tus 1.0 protocol, for the recordings that a receipt's session announced: their id is the upload's id.
 * Answers carry an error code of ours as text; the browser has the words. Whose it is not, and what is not, is 404 alike.
 */
export function uploadsHandler(deps: Pick<Deps, 'db' | 'env' | 'store'>): (req: IncomingMessage, res: ServerResponse) => Promise<unknown> {
  const { db, env } = deps;
  const uploads = openUploads(deps);
  /** Whose a request is, from its beginning to its lock. */
  const owners = new WeakMap<WebRequest, Contributor>();

  /** Carrying a recording to a store far away takes its time: a browser that asks again meanwhile waits for the same. */
  const underWay = new Map<RecordingId, Promise<void>>();
  function takeIn(contributor: Contributor, id: RecordingId): Promise<void> {
    const taking = underWay.get(id) ?? takeInUpload(deps, contributor, id).finally(() => underWay.delete(id));
    underWay.set(id, taking);
    return taking;
  }

  async function owner(req: WebRequest): Promise<Contributor> {
    const origin = req.headers.get('origin');
    if (origin !== null && origin !== env.ORIGIN) throw new DomainError('not_found');
    const contributor = await contributorFromCookie(db, cookie(req.headers.get('cookie'), SESSION_COOKIE));
    if (!contributor) throw new DomainError('session_over');
    owners.set(req, contributor);
    return contributor;
  }

  async function announced(contributor: Contributor, id: RecordingId) {
    const recording = await asActor(db, contributor, (tx) =>
      tx.selectFrom('recording').select(['id', 'state', 'bytes']).where('id', '=', id).executeTakeFirst()
    );
    if (!recording) throw new DomainError('not_found');
    return recording;
  }

  const tus = new Server({
    path: '/uploads',
    relativeLocation: true,
    allowedOrigins: [env.ORIGIN],
    disableTerminationForFinishedUploads: true,
    datastore: uploads,
    locker: async (req) => uploadLocker(db, owners.get(req as WebRequest) ?? (await owner(req as WebRequest))),
    namingFunction: (_req, metadata) => recordingId(metadata?.['recording']),

    async onIncomingRequest(req, uploadId) {
      const id = recordingId(uploadId);
      const contributor = await owner(req as WebRequest);
      const { state } = await announced(contributor, id);
      if (state !== 'expected' && req.method !== 'HEAD') throw new DomainError('wrong_state');
      // A server that died between the last byte and the taking-in is caught up with here.
      if (state === 'expected' && req.method === 'HEAD' && (await isWhole(id))) await takeIn(contributor, id);
    },

    async onUploadCreate(req, upload) {
      const { bytes } = await announced(await owner(req as WebRequest), recordingId(upload.id));
      if (upload.size !== bytes) throw new DomainError('invalid_input', { field: 'upload-length' });
      const room = await uploads.room();
      if (room !== null && room - RESERVE_BYTES < bytes) throw new DomainError('store_full');
      // Nothing else that a browser may send along is kept: a file name never arrives here (R33).
      return { metadata: { recording: upload.id } };
    },

    async onUploadFinish(req, upload) {
      await takeIn(await owner(req as WebRequest), recordingId(upload.id));
      return {};
    },

    onResponseError: (_req, error) => {
      const code = refusalCode(error);
      if (code) return { status_code: ERROR_STATUS[code], body: code };
      if (error instanceof Error) {
        log('error', 'upload_failed', describeError(error));
        return { status_code: 500, body: 'failed' };
      }
      return undefined;
    }
  });

  async function isWhole(id: RecordingId): Promise<boolean> {
    const upload = await uploads.getUpload(id).catch(() => null);
    return upload !== null && upload.offset === upload.size;
  }

  return async (req, res) => {
    // tus would answer a GET with its own page.
    if (req.method === 'GET') return res.writeHead(404).end();
    return tus.handle(req, res);
  };
}

function recordingId(text: unknown): RecordingId {
  const parsed = v.safeParse(RecordingIdText, text);
  if (!parsed.success) throw new DomainError('not_found');
  return parsed.output;
}

function refusalCode(error: unknown): ErrorCode | null {
  if (error instanceof DomainError) return error.code;
  const body = (error as { body?: unknown }).body;
  return body === 'store_full' ? 'store_full' : null;
}

/** One cookie's value from the header; undefined when it is not there. */
export function cookie(header: string | null, name: string): string | undefined {
  return header
    ?.split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1);
}

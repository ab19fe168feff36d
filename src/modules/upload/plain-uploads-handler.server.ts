import type { IncomingMessage, ServerResponse } from 'node:http';
import { isLocale } from '#i18n/locale.ts';
import { attempts } from '#modules/testimony/attempts.server.ts';
import { contributorFromCookie, SESSION_COOKIE } from '#modules/testimony/session.server.ts';
import type { Deps } from '#platform/deps.server.ts';
import { DomainError } from '#platform/errors.ts';
import { describeError, log } from '#platform/log.ts';
import { takePlainUpload } from './take-plain-upload.server.ts';
import { cookie } from './uploads-handler.server.ts';

/** A refused form is read on for so long (bytes), because browsers read the answer after they sent; what is larger is cut off. */
const READ_ON = 64 * 1024 * 1024;

/**
 * `POST /uploads/plain/<language>`: a form with a file, for browsers without script. Mounted before Kit, whose body limit does not fit a
 * recording, and so with the check that Kit makes of forms: browsers name the origin of each, and ours alone counts. Leads on to
 * the person's pages, with what was refused in the address.
 */
export function plainUploadsHandler(
  deps: Pick<Deps, 'db' | 'env' | 'store'>
): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  const { db, env } = deps;
  const sendings = attempts(20, 30_000);

  async function take(req: IncomingMessage): Promise<string> {
    const contributor = await contributorFromCookie(db, cookie(req.headers.cookie ?? null, SESSION_COOKIE));
    if (!contributor) throw new DomainError('session_over');
    sendings.take(contributor.testimonyId);
    await takePlainUpload(deps, contributor, req);
    return 'tell/review';
  }

  return async (req, res) => {
    const locale = req.url!.split('?')[0]!.split('/')[3];
    if (req.method !== 'POST' || !isLocale(locale) || req.headers.origin !== env.ORIGIN) {
      res.writeHead(404, { connection: 'close' }).end();
      return;
    }
    const next = await take(req).catch((error: unknown) => {
      if (!(error instanceof DomainError)) log('error', 'upload_failed', describeError(error));
      const code = error instanceof DomainError ? error.code : 'unexpected';
      return code === 'session_over' ? 'return?over' : `tell/file?refused=${code}`;
    });
    if (res.destroyed) return;
    res.writeHead(303, { location: `/${locale}/${next}`, 'cache-control': 'no-store', connection: 'close' }).end();
    if (!req.complete) readOn(req);
  };
}

function readOn(req: IncomingMessage): void {
  let bytes = 0;
  req.on('data', (part: Buffer) => (bytes += part.length) > READ_ON && req.destroy());
  req.resume();
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { describeError, log } from '#platform/log.ts';
import { securityHeaders } from './security-headers.ts';

type Handler = (req: IncomingMessage, res: ServerResponse) => unknown;

export type WebParts = {
  /** The public address, as the browser sees it. */
  origin: string;
  /** tus, mounted before Kit, whose body limits do not fit a recording. */
  uploads: Handler;
  /** A form with a file, for browsers without script; before Kit as well. */
  plainUploads: Handler;
  /** Everything else: adapter-node's handler. */
  pages: Handler;
  /** Whether the database answers. */
  isHealthy: () => Promise<boolean>;
};

/**
 * The largest body of a request (bytes). The longest form is a written statement; recordings come by tus; what is spoken beside a
 * testimony and what is read aloud by the archive come in one piece each, with room for the form around them.
 */
export const MOST_BYTES = { form: 2 * 1024 ** 2, spoken: 9 * 1024 ** 2, narration: 17 * 1024 ** 2 } as const;
const SPOKEN = /^\/[a-z]{2,3}\/tell\/spoken\/[a-z]+\/sound$/;
const NARRATION = /^\/[a-z]{2,3}\/desk\/narration$/;

/** Requests answered at once; past that a short "try again" is kinder than a queue that never ends. */
const MOST_AT_ONCE = 1_000;
const IDLE_MS = 120_000;

/** The archive's one door, not yet listening. Logs no addresses, paths or agents: a path can hold what somebody searched for (R33). */
export function webServer({ origin, uploads, plainUploads, pages, isHealthy }: WebParts): Server {
  const https = origin.startsWith('https:');
  let atOnce = 0;

  const answer = async (req: IncomingMessage, res: ServerResponse) => {
    const pathname = pathOf(req.url);
    for (const [name, value] of Object.entries(securityHeaders(pathname ?? '/', https))) res.setHeader(name, value);
    if (pathname === null) return plain(res, 400, 'Bad request');
    if (pathname === '/healthz') return plain(res, (await isHealthy()) ? 200 : 503, 'health');
    if (atOnce >= MOST_AT_ONCE) {
      res.setHeader('retry-after', '5');
      return plain(res, 503, 'Too busy; please try again in a moment.');
    }
    atOnce += 1;
    res.once('close', () => (atOnce -= 1));
    if (pathname.startsWith('/uploads/plain/')) return plainUploads(req, res);
    if (pathname === '/uploads' || pathname.startsWith('/uploads/')) return uploads(req, res);
    const refused = tooLarge(
      req,
      SPOKEN.test(pathname) ? MOST_BYTES.spoken : NARRATION.test(pathname) ? MOST_BYTES.narration : MOST_BYTES.form
    );
    if (refused) return plain(res.setHeader('connection', 'close'), refused, 'Too large');
    return pages(req, res);
  };

  const server = createServer((req, res) => {
    answer(req, res).catch((error: unknown) => {
      log('error', 'request_failed', describeError(error));
      if (!res.headersSent) plain(res, 500, 'Something went wrong.');
      else res.destroy();
    });
  });
  // A recording may take hours to arrive over a thin line: what counts is that something arrives.
  server.requestTimeout = 0;
  server.headersTimeout = 20_000;
  server.timeout = IDLE_MS;
  server.keepAliveTimeout = 65_000;
  return server;
}

/** The status of a body that is larger than `most` bytes or does not say how large it is (browsers always do); null for any other. */
function tooLarge({ headers }: IncomingMessage, most: number): 411 | 413 | null {
  if (headers['transfer-encoding'] !== undefined) return 411;
  return Number(headers['content-length'] ?? 0) > most ? 413 : null;
}

/** The path, or null where it is none (a `CONNECT` target, broken percent signs). */
function pathOf(url = '/'): string | null {
  const path = url.split('?')[0]!;
  if (!path.startsWith('/')) return null;
  try {
    decodeURI(path);
    return path;
  } catch {
    return null;
  }
}

function plain(res: ServerResponse, status: number, text: string): void {
  res.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
  res.end(text);
}

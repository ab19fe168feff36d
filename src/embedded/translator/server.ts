import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import * as v from 'valibot';
import { log } from '#platform/log.ts';
import { ApertiumFailure, translateTexts, type Direction } from './apertium.ts';

const BODY_BYTES = 1 << 20;
const RUNNING = 1;
const WAITING = 3;
const LIMIT_MS = 120_000;

const LANGUAGE = v.pipe(v.string(), v.regex(/^[a-z]{2,3}$/i), v.toLowerCase());
const TEXT = v.pipe(v.string(), v.maxLength(20_000));

/** LibreTranslate's request, of which `format` may be `text` only: nothing here is HTML. */
const Translation = v.object({
  q: v.union([TEXT, v.pipe(v.array(TEXT), v.maxLength(500))]),
  source: LANGUAGE,
  target: LANGUAGE,
  format: v.optional(v.literal('text'), 'text')
});

class Problem extends Error {
  readonly status: number;
  readonly retryAfter: number | null;

  constructor(status: number, message: string, retryAfter: number | null = null) {
    super(message);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/**
 * The starter translator: LibreTranslate's `POST /translate` and `GET /languages` over the installed Apertium directions.
 * One text is translated at a time, three more may wait, whoever comes after gets 503 with Retry-After. A translation ends
 * when its client goes away. Nothing of the texts is logged.
 */
export function translatorServer(directions: readonly Direction[]): Server {
  const turns = queue();

  async function translate(request: IncomingMessage, gone: AbortSignal) {
    const asked = parse(await body(request));
    const direction = directions.find(({ source, target }) => source === asked.source && target === asked.target);
    if (!direction) throw new Problem(400, `${asked.source} to ${asked.target} is not installed`);

    const many = Array.isArray(asked.q);
    const texts = many ? (asked.q as string[]) : [asked.q as string];
    const leave = await turns.enter(gone);
    try {
      const translated = await translateTexts(texts, { mode: direction.mode, signal: gone, limitMs: LIMIT_MS });
      return { translatedText: many ? translated : translated[0] };
    } finally {
      leave();
    }
  }

  async function route(request: IncomingMessage, gone: AbortSignal): Promise<unknown> {
    const host = (request.headers.host ?? '').replace(/:\d+$/, '');
    // A page of another site can reach this port by a name of its own (DNS rebinding).
    if (!['127.0.0.1', 'localhost', '[::1]'].includes(host)) throw new Problem(403, 'local clients only');
    if (request.method === 'POST' && request.url === '/translate') return translate(request, gone);
    if (request.method === 'GET' && request.url === '/languages') return languages(directions);
    if (request.method === 'GET' && request.url === '/health') {
      if (directions.length === 0)
        throw new Problem(503, 'no Apertium directions are installed: apt-get install apertium apertium-eng-spa');
      return { status: 'ok' };
    }
    throw new Problem(404, 'not found');
  }

  const server = createServer((request, response) => {
    const aborter = new AbortController();
    response.on('close', () => aborter.abort(new Error('client gone')));
    const began = performance.now();
    route(request, aborter.signal).then(
      (reply) => {
        answer(response, 200, reply);
        if (request.url === '/translate') log('info', 'translated', { part: 'translator', ms: Math.round(performance.now() - began) });
      },
      (error: unknown) => refuse(response, error, aborter.signal)
    );
  });
  server.requestTimeout = 30_000;
  server.maxConnections = 64;
  return server;
}

/** As LibreTranslate lists them: each language with those it can be put into. */
function languages(directions: readonly Direction[]) {
  const names = new Intl.DisplayNames('en', { type: 'language' });
  const sources = [...new Set(directions.map(({ source }) => source))];
  return sources.map((code) => ({
    code,
    name: names.of(code) ?? code,
    targets: directions.filter(({ source }) => source === code).map(({ target }) => target)
  }));
}

function parse(text: string): v.InferOutput<typeof Translation> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Problem(400, 'the body must be JSON');
  }
  const parsed = v.safeParse(Translation, json);
  if (!parsed.success) throw new Problem(400, `wrong: ${v.getDotPath(parsed.issues[0]) ?? 'body'}`);
  return parsed.output;
}

async function body(request: IncomingMessage): Promise<string> {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) throw new Problem(415, 'send application/json');
  const chunks: Buffer[] = [];
  let size = 0;
  // Not destroyed on the way out, so that the refusal still reaches the client.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_BYTES) throw new Problem(413, 'too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Lets RUNNING in at once and WAITING more in their order. */
function queue() {
  let running = 0;
  const waiting: (() => void)[] = [];
  const leave = () => {
    running--;
    waiting.shift()?.();
  };
  return {
    async enter(gone: AbortSignal): Promise<() => void> {
      if (running >= RUNNING) {
        if (waiting.length >= WAITING) throw new Problem(503, 'busy', 5);
        await new Promise<void>((next) => waiting.push(next));
      }
      running++;
      if (gone.aborted) {
        leave();
        throw gone.reason;
      }
      return leave;
    }
  };
}

function answer(response: ServerResponse, status: number, reply: unknown, headers: Record<string, string> = {}): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers });
  response.end(JSON.stringify(reply));
}

function refuse(response: ServerResponse, error: unknown, gone: AbortSignal): void {
  if (gone.aborted) return log('info', 'client_gone', { part: 'translator' });
  if (error instanceof Problem) {
    const retry: Record<string, string> = error.retryAfter === null ? {} : { 'retry-after': String(error.retryAfter) };
    return answer(response, error.status, { error: error.message }, { ...retry, connection: 'close' });
  }
  const code = error instanceof ApertiumFailure ? error.code : 'failed';
  log('error', 'translation_failed', { part: 'translator', code });
  answer(response, 500, { error: `the translation failed: ${code}` }, { connection: 'close' });
}

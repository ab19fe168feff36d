import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import * as v from 'valibot';
import { DomainError } from '#platform/errors.ts';

/** Where an engine's server is: its address, with or without a path, user and password in it; `key` goes as a bearer token. */
export type EngineAddress = { url: string; key?: string | undefined };

export type Question = {
  method: 'GET' | 'POST';
  path: string;
  headers?: Record<string, string>;
  /** Bytes to send; `content-length` must be among the headers. */
  body?: Readable;
  signal: AbortSignal;
  /** How long the whole may take. */
  limitMs: number;
};

const CONNECT_MS = 10_000;
const REPLY_BYTES = 64 << 20;
const RETRY_SECONDS = 15;

/**
 * Asks an engine and parses its answer. Node's own `fetch` gives up when headers take five minutes, which a large model on a
 * slow machine needs; this waits as long as the caller says, and sends files from disk.
 *
 * @throws DomainError `engine_busy` {retryAfterSeconds}: 429, and 503, which servers answer while they load a model ·
 *   `engine_down`: no connection, one that broke, another 5xx, a key that does not fit, out of time · `engine_refused` {status}:
 *   any other answer, and one that is not what was agreed; the signal's reason when it was aborted
 */
export async function askEngine<const S extends v.GenericSchema>(
  address: EngineAddress,
  question: Question,
  schema: S
): Promise<v.InferOutput<S>> {
  const { status, retryAfter, text } = await exchange(address, question);
  if (status === 429 || status === 503) throw new DomainError('engine_busy', { retryAfterSeconds: retryAfter ?? RETRY_SECONDS });
  // A wrong key says something of the settings and nothing of the recording: with the right one it will be read.
  if (status >= 500 || [401, 403, 408].includes(status)) throw new DomainError('engine_down', { status });
  if (status !== 200) throw new DomainError('engine_refused', { status });
  const parsed = v.safeParse(schema, jsonOrNothing(text));
  if (!parsed.success) throw new DomainError('engine_refused', { status, field: v.getDotPath(parsed.issues[0]) ?? 'body' });
  return parsed.output;
}

/** Whether an engine refused with one of these statuses. */
export function refusedWith(error: unknown, ...statuses: readonly number[]): boolean {
  return error instanceof DomainError && error.code === 'engine_refused' && statuses.includes(Number(error.detail['status']));
}

/** Whether an engine refused for the size of what it was sent: less of it may be read. */
export const isTooLarge = (error: unknown): boolean => refusedWith(error, 413);

type Answer = { status: number; retryAfter: number | null; text: string };

async function exchange(address: EngineAddress, question: Question): Promise<Answer> {
  const { signal: caller, limitMs, body } = question;
  const signal = AbortSignal.any([caller, AbortSignal.timeout(limitMs)]);
  try {
    caller.throwIfAborted();
    return await converse(address, { ...question, signal });
  } catch (error) {
    if (caller.aborted) throw caller.reason;
    throw error;
  } finally {
    body?.destroy();
  }
}

function converse(address: EngineAddress, { method, path, headers = {}, body, signal }: Question): Promise<Answer> {
  return new Promise((done, failed) => {
    const url = new URL(address.url.replace(/\/+$/, '') + path);
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const authorization = address.key ? { authorization: `Bearer ${address.key}` } : {};
    const request = send(url, { method, headers: { ...headers, ...authorization }, signal, agent: false });
    const connecting = setTimeout(() => request.destroy(), CONNECT_MS);
    request.on('socket', (socket) => {
      socket.setKeepAlive(true, 30_000);
      socket.once('connect', () => clearTimeout(connecting));
    });

    let answered = false;
    request.on('response', (response) => {
      answered = true;
      const { statusCode: status = 0, headers: sent } = response;
      wholeText(response).then((text) => done({ status, retryAfter: secondsToWait(sent['retry-after']), text }), failed);
    });
    request.on('error', () => {
      clearTimeout(connecting);
      // A server may refuse before it has read everything: then its answer counts, not that sending failed.
      if (!answered) failed(new DomainError('engine_down'));
    });
    if (!body) return void request.end();
    body.on('error', (error) => {
      failed(error);
      request.destroy();
    });
    body.pipe(request);
  });
}

async function wholeText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > REPLY_BYTES) break;
      chunks.push(chunk);
    }
  } catch {
    // The connection broke in the middle of the answer.
    throw new DomainError('engine_down');
  }
  if (bytes > REPLY_BYTES) throw new DomainError('engine_refused', { field: 'body' });
  return Buffer.concat(chunks).toString('utf8');
}

/** Retry-After in seconds, from a number or a date (RFC 9110, 10.2.3), at most an hour; null where there is none. */
function secondsToWait(header: string | undefined): number | null {
  if (!header) return null;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.min(Math.max(Math.ceil(seconds), 1), 3600) : RETRY_SECONDS;
}

function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

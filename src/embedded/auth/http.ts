import type { IncomingMessage, ServerResponse } from 'node:http';
import * as v from 'valibot';
import { AuthError, invalid } from './errors.ts';

/** What an endpoint sees of a request. `params` are the named parts of its path. */
export type AuthRequest = {
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  params: Readonly<Record<string, string>>;
  body: unknown;
};

export type Reply = { status: number; body?: unknown; headers?: Record<string, string> };

export type Route<Deps> = {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `/factors/:factorId/verify`; Supabase's gateway puts /auth/v1 in front. */
  path: string;
  /** Counts against the caller's limit, where callers are told apart. */
  limited?: true;
  handle: (deps: Deps, request: AuthRequest) => Promise<Reply>;
};

const BODY_LIMIT = 1_048_576;
const API_VERSION = '2024-01-01';

/** Parses the body of a request; refuses with the first thing that is wrong. */
export function parseBody<T extends v.GenericSchema>(schema: T, body: unknown): v.InferOutput<T> {
  const parsed = v.safeParse(schema, body ?? {});
  if (parsed.success) return parsed.output;
  throw invalid(`${v.getDotPath(parsed.issues[0]) ?? 'body'}: ${parsed.issues[0].message}`);
}

export type Service<Deps> = {
  routes: readonly Route<Deps>[];
  deps: Deps;
  /** Refuses a request to a limited route. */
  limit: (incoming: IncomingMessage) => void;
  /** Hears of what nobody expected. */
  failed: (error: unknown) => void;
};

/** Finds the route and answers, errors included. */
export async function answer<Deps>(service: Service<Deps>, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const versioned = incoming.headers['x-supabase-api-version'] === API_VERSION;
  try {
    const reply = await dispatch(service, incoming);
    if (versioned) outgoing.setHeader('x-supabase-api-version', API_VERSION);
    write(outgoing, reply);
  } catch (error) {
    if (!(error instanceof AuthError)) service.failed(error);
    write(outgoing, asReply(error instanceof AuthError ? error : unexpected(), versioned));
  }
  // What of an oversized body still comes in is not waited for.
  if (!incoming.complete) outgoing.once('finish', () => incoming.destroy());
}

async function dispatch<Deps>({ routes, deps, limit }: Service<Deps>, incoming: IncomingMessage): Promise<Reply> {
  const url = new URL(incoming.url ?? '/', 'http://localhost');
  const path = url.pathname.replace(/^\/auth\/v1(?=\/)/, '');
  const matching = routes.flatMap((route) => {
    const params = match(route.path, path);
    return params ? [{ route, params }] : [];
  });
  if (!matching.length) return { status: 404, body: '404 page not found\n', headers: { 'content-type': 'text/plain; charset=utf-8' } };
  const found = matching.find(({ route }) => route.method === incoming.method);
  if (!found) return { status: 405 };
  if (found.route.limited) limit(incoming);
  const body = await readBody(incoming);
  return found.route.handle(deps, { query: url.searchParams, headers: incoming.headers, params: found.params, body });
}

const unexpected = () => new AuthError(500, 'unexpected_failure', 'Unexpected failure, please check server logs for more information');

function match(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [n, part] of wanted.entries()) {
    if (part.startsWith(':')) params[part.slice(1)] = given[n]!;
    else if (part !== given[n]) return null;
  }
  return params;
}

async function readBody(incoming: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw new AuthError(413, 'request_entity_too_large', 'Request body is too large');
    chunks.push(chunk);
  }
  if (!size) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new AuthError(400, 'bad_json', 'Could not parse request body as JSON');
  }
}

function asReply({ status, code, message, weakPassword }: AuthError, versioned: boolean): Reply {
  const weak = weakPassword && { weak_password: { reasons: weakPassword } };
  return {
    status,
    body: versioned ? { code, message, ...weak } : { code: status, error_code: code, msg: message, ...weak },
    headers: { ...(!weak && { 'x-sb-error-code': code }), ...(versioned && { 'x-supabase-api-version': API_VERSION }) }
  };
}

function write(outgoing: ServerResponse, { status, body, headers = {} }: Reply): void {
  outgoing.writeHead(status, {
    ...(body !== undefined && { 'content-type': 'application/json' }),
    'cache-control': 'no-store',
    ...headers
  });
  outgoing.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body));
}

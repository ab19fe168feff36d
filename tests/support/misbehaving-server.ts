import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the server does with a request, once it is there. */
export type Behaviour = (request: IncomingMessage, response: ServerResponse) => void;

/** A server that behaves as badly as it is told to: engines of others are not ours to break. */
export async function misbehavingServer() {
  let behave: Behaviour = (_, response) => response.end();
  const requests: { method: string; url: string; headers: IncomingHttpHeaders; body: string }[] = [];
  const server = createServer((request, response) => {
    if (request.url?.endsWith('/v1/models')) {
      response.end('{"data":[{"id":"other"},{"id":"Systran/faster-whisper-large-v3"}]}');
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      requests.push({
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString('latin1')
      });
      behave(request, response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    /** Behaves like this from now on. */
    will(next: Behaviour): void {
      behave = next;
    },
    async stop(): Promise<void> {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    }
  };
}

/** Behaviours that every adapter has to survive. */
export const answering =
  (status: number, body: string, headers: Record<string, string> = {}): Behaviour =>
  (_, response) =>
    void response.writeHead(status, headers).end(body);

export const endingInTheMiddle: Behaviour = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"segments": [', () => response.destroy());
};

/** Begins to answer at once and goes on after a while, as servers behind some proxies do. */
export const answeringSlowly =
  (body: string, ms: number): Behaviour =>
  (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) });
    response.write(body.slice(0, 1), () => setTimeout(() => response.end(body.slice(1)), ms));
  };

/** Never answers. */
export const silent: Behaviour = () => undefined;

export const hangingUp: Behaviour = (request) => void request.socket.destroy();

import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What stands between us and a server: lets everything through, until told otherwise. */
export type Between = {
  url: string;
  /** `answer` what reaches it yourself: return true where you did (never answering is an answer too). Null lets everything through. */
  answer: ((request: IncomingMessage, response: ServerResponse) => boolean) | null;
  close: () => Promise<void>;
};

export async function between(target: string): Promise<Between> {
  const proxy = createServer((incoming, outgoing) => {
    if (self.answer?.(incoming, outgoing)) return;
    const { hostname, port } = new URL(target);
    const onwards = request({ hostname, port, path: incoming.url, method: incoming.method, headers: incoming.headers }, (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(outgoing);
    });
    onwards.on('error', () => outgoing.destroy());
    incoming.pipe(onwards);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => proxy.once('listening', resolve));
  const self: Between = {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    answer: null,
    close: () =>
      new Promise((resolve) => {
        proxy.closeAllConnections();
        proxy.close(() => resolve());
      })
  };
  return self;
}

export function json(response: ServerResponse, status: number, body: object): true {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  return true;
}

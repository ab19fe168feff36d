import { once } from 'node:events';
import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * What a line or a server does to a request: `refused` closes the connection, `busy` answers 503, `silent` never answers, `half` breaks
 * off in the middle of the answer, `lost` lets the server do it and loses the answer, `cut` breaks off in the middle of what is sent.
 */
export type Fault = 'refused' | 'busy' | 'silent' | 'half' | 'lost' | 'cut';

/** A line to an HTTP server, broken as it is told to be. The server sees the host that the client signed for. */
export async function breakingLine(to: string) {
  const { hostname, port, pathname } = new URL(to);
  let fault: (asked: IncomingMessage) => Fault | null = () => null;
  const server = createServer((asked, answer) => {
    const what = fault(asked);
    if (what === 'refused') return void asked.socket.destroy();
    if (what === 'silent') return void asked.resume();
    if (what === 'busy') return void asked.resume().once('end', () => answer.writeHead(503).end('<Error><Code>SlowDown</Code></Error>'));
    const onward = request({ hostname, port, path: asked.url, method: asked.method, headers: asked.headers }, (answered) => {
      if (what === 'lost') return void answered.resume().once('end', () => asked.socket.destroy());
      answer.writeHead(answered.statusCode!, answered.headers);
      if (what !== 'half') return void answered.pipe(answer);
      answered.once('data', (chunk: Buffer) => answer.write(chunk.subarray(0, Math.ceil(chunk.length / 2)), () => asked.socket.destroy()));
    });
    onward.on('error', () => asked.socket.destroy());
    if (what !== 'cut') return void asked.pipe(onward);
    asked.once('data', (chunk: Buffer) => {
      onward.write(chunk);
      onward.destroy();
      asked.socket.destroy();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${pathname}`,
    /** From now on; null where a request goes through. */
    will(next: (asked: IncomingMessage) => Fault | null): void {
      fault = next;
    },
    async stop(): Promise<void> {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    }
  };
}

export type BreakingLine = Awaited<ReturnType<typeof breakingLine>>;

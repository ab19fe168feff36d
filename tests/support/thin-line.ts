import { once } from 'node:events';
import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Transform, type Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';

/** What lies between a browser and the archive: a proxy on this machine whose line can be cut, and is as thin as it is told to be. */
export type ThinLine = {
  /** For a browser's `proxy`; give `bypass: '<-loopback>'` beside it, or a browser goes round it on its own machine. */
  address: string;
  /** Cuts every connection and takes no new one. */
  down(): void;
  /** @param bytesPerSecond each way; as much as there is when left out */
  up(bytesPerSecond?: number): void;
  /** Bytes that came from the browser so far. */
  sent(): number;
  stop(): Promise<void>;
};

export async function thinLine(): Promise<ThinLine> {
  let isUp = true;
  let rate = Infinity;
  let bytes = 0;
  const sockets = new Set<Socket>();

  const thin = (from: Readable, counts: boolean) =>
    from.pipe(
      new Transform({
        highWaterMark: 4_096,
        async transform(part: Buffer, _encoding, done) {
          for (let at = 0; at < part.length && isUp; at += 1_024) {
            const piece = part.subarray(at, at + 1_024);
            if (rate !== Infinity) await wait((piece.length / rate) * 1_000);
            if (counts) bytes += piece.length;
            this.push(piece);
          }
          done();
        }
      })
    );

  const server = createServer((asked: IncomingMessage, answer) => {
    const { hostname, port, pathname, search } = new URL(asked.url!);
    const onward = request({ hostname, port, path: pathname + search, method: asked.method, headers: asked.headers }, (answered) => {
      answer.writeHead(answered.statusCode!, answered.headers);
      thin(answered, false).pipe(answer);
    });
    onward.on('error', () => asked.socket.destroy());
    // A cut line is cut on both sides: the archive keeps what had arrived.
    answer.once('close', () => onward.destroy());
    thin(asked, true).pipe(onward);
  });
  server.on('connection', (socket) => {
    if (!isUp) return socket.destroy();
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket)).on('error', () => undefined);
    return socket;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    down() {
      isUp = false;
      for (const socket of sockets) socket.destroy();
    },
    up(bytesPerSecond = Infinity) {
      isUp = true;
      rate = bytesPerSecond;
    },
    sent: () => bytes,
    async stop() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    }
  };
}

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { log } from '#platform/log.ts';
import { installedDirections } from './apertium.ts';
import { translatorServer } from './server.ts';

/** Environment: PORT (0 or unset: any free one), on the loopback address only. SIGTERM ends it, and what it translates. */
const server = translatorServer(await installedDirections());
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1');
await once(server, 'listening');
log('info', 'listening', { part: 'translator', port: (server.address() as AddressInfo).port });

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  });
}

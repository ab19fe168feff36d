import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** Whether nothing listens there, on any of this machine's addresses that `host` stands for. */
export async function isFree(port: number, host: string): Promise<boolean> {
  const probe = createServer();
  try {
    probe.listen(port, host);
    await once(probe, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    await new Promise((done) => probe.close(done));
  }
}

/** `wanted`, or the next free one after it. */
export async function nextFreePort(wanted: number, host: string): Promise<number> {
  for (let port = wanted; port < wanted + 200; port++) if (await isFree(port, host)) return port;
  throw new Error(`No free port between ${wanted} and ${wanted + 200}.`);
}

/** Any free port of the loopback interface. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  await new Promise((done) => probe.close(done));
  return port;
}

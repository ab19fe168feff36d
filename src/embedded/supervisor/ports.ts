import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isAlive } from '../postgres/running.ts';

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

/** `wanted`, or the next free one after it. Two archives that start at the same moment get two. */
export async function nextFreePort(wanted: number, host: string): Promise<number> {
  for (let port = wanted; port < wanted + 200; port++) if ((await isFree(port, host)) && isKeptForUs(port)) return port;
  throw new Error(`No free port between ${wanted} and ${wanted + 200}.`);
}

/** Seconds pass between choosing a port and listening there: a note for the others says that it is taken, as long as we live. */
function isKeptForUs(port: number): boolean {
  const note = path.join(tmpdir(), `sawt-port-${port}`);
  try {
    writeFileSync(note, String(process.pid), { flag: 'wx', mode: 0o600 });
    process.once('exit', () => rmSync(note, { force: true }));
    return true;
  } catch {
    const holder = readNote(note);
    if (holder === process.pid) return true;
    if (holder === null || isAlive(holder)) return false;
    rmSync(note, { force: true });
    return isKeptForUs(port);
  }
}

/** Null where it is another user's, or just being written. */
function readNote(note: string): number | null {
  try {
    return Number(readFileSync(note, 'utf8')) || null;
  } catch {
    return null;
  }
}

/** Any free port of the loopback interface. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  await new Promise((done) => probe.close(done));
  return port;
}

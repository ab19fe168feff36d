import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Wanted } from './uploads-server.ts';

/** Starts uploads-server.ts as a process of its own; `kill` is -9, as a power cut would be. */
export async function startUploadsServer(wanted: Wanted): Promise<{ port: number; address: string; kill: () => Promise<void> }> {
  const entry = fileURLToPath(new URL('uploads-server.ts', import.meta.url));
  const child: ChildProcess = spawn(process.execPath, [entry, JSON.stringify(wanted)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [first] = (await Promise.race([
    once(child.stdout!, 'data'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`the uploads server ended with ${String(code)}`)))
  ])) as [Buffer];
  const port = Number(first.toString().trim());
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  return { port, address: `http://127.0.0.1:${port}`, kill };
}

import { execFileSync } from 'node:child_process';
import { chmod, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { mediaFiles } from '#tests/support/media-files.ts';
import { runMediaTool } from './run-media-tool.server.ts';

vi.setConfig({ testTimeout: 120_000 });
const files = await mediaFiles();
afterAll(() => files.remove());
const signal = AbortSignal.timeout(120_000);
const isRoot = process.getuid?.() === 0;

let sound: string;
beforeAll(async () => {
  sound = await files.made('sound.wav', '-f', 'lavfi', '-i', 'sine=f=300:d=4');
  // Only its owner may enter or read: as the store and the work folders are.
  await chmod(files.folder, 0o700);
});
const named = (name: string) => path.join(files.folder, name);

it('reads and writes files that it was handed open, in folders that it may not enter', async () => {
  await runMediaTool({
    tool: 'ffmpeg',
    inputs: [sound],
    outputs: [named('copy')],
    args: ({ inputs, outputs }) => ['-nostdin', '-v', 'error', '-y', '-i', inputs[0]!, '-f', 'wav', outputs[0]!],
    signal
  });
  expect((await stat(named('copy'))).size).toBeGreaterThan(100_000);
});

it.runIf(isRoot)('cannot read what it was not handed, not even as root', async () => {
  const reading = runMediaTool({ tool: 'ffprobe', args: () => ['-v', 'error', sound], signal });
  await expect(reading).rejects.toMatchObject({ code: 'tool_failed', said: expect.stringContaining('Permission denied') as string });
});

it('reaches no network, not even this machine', async () => {
  let asked = 0;
  const server = createServer((_req, res) => {
    asked += 1;
    res.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const reading = runMediaTool({ tool: 'ffprobe', args: () => ['-v', 'error', `http://127.0.0.1:${port}/x.mp4`], signal });
  await expect(reading).rejects.toMatchObject({ code: 'tool_failed' });
  expect(asked).toBe(0);
  server.close();
});

it('is stopped at a size, at a time, and at a word', async () => {
  const endless = { tool: 'ffmpeg', outputs: [named('endless')], signal } as const;
  const args =
    (...more: string[]) =>
    ({ outputs }: { outputs: readonly string[] }) => [
      '-nostdin',
      '-v',
      'error',
      '-y',
      ...more,
      '-f',
      'lavfi',
      '-i',
      'anoisesrc',
      '-f',
      'wav',
      outputs[0]!
    ];
  await expect(runMediaTool({ ...endless, args: args(), limits: { fileBytes: 200_000 } })).rejects.toMatchObject({
    code: 'tool_output_too_large'
  });
  await expect(runMediaTool({ ...endless, args: args('-re'), limits: { wallSeconds: 1 } })).rejects.toMatchObject({
    code: 'tool_too_slow'
  });
  await expect(runMediaTool({ ...endless, args: args(), limits: { cpuSeconds: 1 } })).rejects.toMatchObject({ code: 'tool_too_slow' });
  const told = new AbortController();
  const running = runMediaTool({ ...endless, args: args('-re'), signal: told.signal, onProgress: () => told.abort(new Error('enough')) });
  await expect(running).rejects.toThrow('enough');
});

it('says how far it is, and hands over its output as it comes', async () => {
  let bytes = 0;
  let madeMs = 0;
  const { stdout } = await runMediaTool({
    tool: 'ffmpeg',
    inputs: [sound],
    args: ({ inputs }) => ['-nostdin', '-v', 'error', '-i', inputs[0]!, '-ar', '8000', '-f', 's16le', 'pipe:1'],
    signal,
    onOutput: (chunk) => (bytes += chunk.length),
    onProgress: (ms) => (madeMs = ms)
  });
  expect({ bytes, madeMs: Math.round(madeMs), kept: stdout.length }).toEqual({ bytes: 64_000, madeMs: 4_000, kept: 0 });
});

it.runIf(process.platform === 'linux')('dies with the process that started it', async () => {
  const script = `
    import { runMediaTool } from '#modules/media/run-media-tool.server.ts';
    const args = () => ['-nostdin', '-re', '-f', 'lavfi', '-i', 'anoisesrc=seed=4711', '-f', 'null', '-'];
    void runMediaTool({ tool: 'ffmpeg', args, signal: new AbortController().signal, onProgress: () => process.kill(process.pid, 'SIGKILL') });`;
  const root = path.resolve(import.meta.dirname, '../../..');
  expect(() => execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: root, stdio: 'ignore' })).toThrow();
  const running = () => execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).includes('seed=4711');
  await expect.poll(running, { timeout: 5_000 }).toBe(false);
});

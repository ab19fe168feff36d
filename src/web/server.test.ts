import { once } from 'node:events';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, expect, it } from 'vitest';
import { webServer } from './server.ts';

let healthy = true;
const server = webServer({
  origin: 'https://archive.example',
  uploads: (_req, res) => res.end('uploads'),
  plainUploads: (_req, res) => res.end('plain uploads'),
  pages: (req, res) => {
    if (req.url === '/boom') throw new Error('a name that must not be logged');
    res.end('pages');
  },
  isHealthy: async () => healthy
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;
const origin = `http://127.0.0.1:${port}`;
afterAll(() => server.close());

it('hands /uploads to the raw handler and the rest to the pages', async () => {
  for (const path of ['/uploads', '/uploads/abc?x=1']) expect(await (await fetch(origin + path)).text()).toBe('uploads');
  expect(await (await fetch(`${origin}/uploads/plain/ar`)).text()).toBe('plain uploads');
  for (const path of ['/', '/uploadsx', '/ar/record']) expect(await (await fetch(origin + path)).text()).toBe('pages');
});

it('puts the security headers on every answer, failures included', async () => {
  for (const path of ['/', '/uploads', '/healthz', '/boom']) {
    const { headers } = await fetch(origin + path);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('strict-transport-security')).not.toBeNull();
    expect(headers.get('permissions-policy')).toContain('camera=()');
  }
  const record = await fetch(`${origin}/ar/tell/record`);
  expect(record.headers.get('permissions-policy')).toContain('microphone=(self)');
});

it('takes a large body only where a sound is sent, and none that does not say how large it is', async () => {
  const send = (path: string, bytes: number, headers: Record<string, string | number> = { 'content-length': bytes }) =>
    new Promise((resolve, reject) => {
      const sent = request({ port, host: '127.0.0.1', path, method: 'POST', headers }, (res) => resolve(res.statusCode));
      // Refused before all of it is sent: the line may close under the rest.
      sent.on('error', reject).end(bytes < 100 ? Buffer.alloc(bytes) : undefined);
    });
  expect(await send('/ar/tell/write', 10)).toBe(200);
  expect(await send('/ar/tell/write', 3 * 1024 ** 2)).toBe(413);
  expect(await send('/ar/tell/spoken/consent/sound', 10 * 1024 ** 2)).toBe(413);
  expect(await send('/en/desk/narration?/add', 18 * 1024 ** 2)).toBe(413);
  expect(await send('/ar/tell/write', 10, { 'transfer-encoding': 'chunked' })).toBe(411);
  for (const path of ['/ar/tell/spoken/consent/sound', '/en/desk/narration'])
    expect((await fetch(origin + path, { method: 'POST', body: new Uint8Array(3 * 1024 ** 2) })).status).toBe(200);
});

it('says when the database does not answer', async () => {
  expect((await fetch(`${origin}/healthz`)).status).toBe(200);
  healthy = false;
  expect((await fetch(`${origin}/healthz`)).status).toBe(503);
  healthy = true;
});

it('refuses a path with broken percent signs, and answers a failure without its reason', async () => {
  const status = await new Promise((resolve) =>
    request({ port, host: '127.0.0.1', path: '/%E0%A4%A' }, (res) => resolve(res.statusCode)).end()
  );
  expect(status).toBe(400);
  const failed = await fetch(`${origin}/boom`);
  expect(failed.status).toBe(500);
  expect(await failed.text()).not.toContain('a name');
});

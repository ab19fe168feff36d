import { once } from 'node:events';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, expect, it } from 'vitest';
import { webServer } from './server.ts';

let healthy = true;
const server = webServer({
  origin: 'https://archive.example',
  uploads: (_req, res) => res.end('uploads'),
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

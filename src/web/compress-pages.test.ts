import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { compressPages } from './compress-pages.server.ts';

const PAGE = '<p>صوت</p>'.repeat(500);
const answer = (response: Response, headers: Record<string, string> = { 'accept-encoding': 'br, gzip' }, method = 'GET') =>
  compressPages({
    event: { request: new Request('http://sawt.example/ar', { headers, method }) },
    resolve: () => response
  } as unknown as Parameters<typeof compressPages>[0]);
const page = () => new Response(PAGE, { status: 410, headers: { 'content-type': 'text/html', 'content-length': '9', etag: '"x"' } });

it('sends a page as gzip that unpacks to the page, with its status and headers', async () => {
  const response = await answer(page());
  const body = Buffer.from(await response.arrayBuffer());
  expect(gunzipSync(body).toString()).toBe(PAGE);
  expect(body.length).toBeLessThan(PAGE.length / 10);
  expect(response.status).toBe(410);
  expect(response.headers.get('content-encoding')).toBe('gzip');
  expect(response.headers.get('vary')).toBe('accept-encoding');
  expect(response.headers.get('etag')).toBe('"x"');
  expect(response.headers.has('content-length')).toBe(false);
});

it('leaves alone what is media, already packed, a part, without a body, or not wanted packed', async () => {
  const untouched = async (response: Response | Promise<Response>) => (await response).headers.get('content-encoding');
  expect(await untouched(answer(new Response('x', { headers: { 'content-type': 'audio/mp4' } })))).toBeNull();
  expect(await untouched(answer(new Response('x', { headers: { 'content-type': 'text/css', 'content-encoding': 'br' } })))).toBe('br');
  expect(await untouched(answer(page(), { 'accept-encoding': 'gzip', range: 'bytes=0-' }))).toBeNull();
  expect(await untouched(answer(new Response(null, { status: 303, headers: { location: '/ar' } })))).toBeNull();
  expect(await untouched(answer(page(), { 'accept-encoding': 'identity' }))).toBeNull();
  expect(await untouched(answer(page(), { 'accept-encoding': 'gzip' }, 'HEAD'))).toBeNull();
});

import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ApertiumFailure, installedDirections, translateTexts } from '#embedded/translator/apertium.ts';
import { translatorServer } from '#embedded/translator/server.ts';
import { libreTranslator } from '#engines/translator/libretranslate-http.server.ts';
import { answering, endingInTheMiddle, hangingUp, misbehavingServer, type Behaviour } from '../support/misbehaving-server.ts';

const never = new AbortController().signal;
const direction = { source: 'en', target: 'es' };

describe('a translation server that misbehaves', () => {
  let server: Awaited<ReturnType<typeof misbehavingServer>>;
  beforeAll(async () => {
    server = await misbehavingServer();
  });
  afterAll(() => server.stop());

  const json = (reply: unknown): Behaviour => answering(200, JSON.stringify(reply));

  it.each<[string, Behaviour, object]>([
    ['too many requests', answering(429, '', { 'retry-after': '60' }), { code: 'engine_busy', detail: { retryAfterSeconds: 60 } }],
    ['busy', answering(503, '', { 'retry-after': 'soon' }), { code: 'engine_busy', detail: { retryAfterSeconds: 15 } }],
    ['broken', answering(500, '{"error":"x"}'), { code: 'engine_down' }],
    ['forbidden', answering(403, '{"error":"key"}'), { code: 'engine_refused', detail: { status: 403 } }],
    ['half an answer', endingInTheMiddle, { code: 'engine_down' }],
    ['no answer', hangingUp, { code: 'engine_down' }],
    ['no JSON', answering(200, 'ok'), { code: 'engine_refused' }],
    ['too few', json({ translatedText: ['uno'] }), { code: 'engine_refused' }],
    ['an empty one', json({ translatedText: ['uno', ' '] }), { code: 'engine_refused' }]
  ])('is told apart: %s', async (_, behaviour, refusal) => {
    server.will(behaviour);
    const job = libreTranslator({ url: server.url }).translate({ texts: ['one', 'two'], direction, signal: never });
    await expect(job).rejects.toMatchObject(refusal);
  });

  it('is left at once when the job is taken away', async () => {
    const aborter = new AbortController();
    server.will(() => aborter.abort(new Error('withdrawn')));
    const job = libreTranslator({ url: server.url }).translate({ texts: ['one'], direction, signal: aborter.signal });
    await expect(job).rejects.toThrow('withdrawn');
  });
});

describe('the starter translator under faults', () => {
  let server: Server;
  let url: string;
  beforeAll(async () => {
    server = translatorServer(await installedDirections());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const post = (body: string, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
    fetch(`${url}/translate`, { method: 'POST', headers, body });
  const asked = (q: unknown, source = 'en', target = 'es', more = {}) => JSON.stringify({ q, source, target, ...more });

  it('refuses what is not a request for an installed direction', async () => {
    const answers = await Promise.all([
      post('no json'),
      post(asked('x', 'en', 'ar')),
      post(asked('x', '-l', 'es')),
      post(asked('x', 'en', '$(id)')),
      post(asked(7)),
      post(asked('x', 'en', 'es', { format: 'html' })),
      post(asked('x'), { 'content-type': 'text/plain' }),
      post(asked(Array<string>(60).fill('x'.repeat(19_999)))),
      fetch(`${url}/elsewhere`)
    ]);
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400, 400, 415, 413, 404]);
  });

  it('lets few wait, turns the others away, and is there again afterwards', async () => {
    const many = asked(Array.from({ length: 100 }, () => 'My brother was in the prison with me for three years.'));
    const answers = await Promise.all(Array.from({ length: 7 }, () => post(many)));
    const busy = answers.filter(({ status }) => status === 503);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(4);
    expect(busy).toHaveLength(3);
    expect(busy[0]!.headers.get('retry-after')).toBe('5');
    expect((await post(asked('brother'))).status).toBe(200);
  });

  it('R33 logs nothing of the texts', async () => {
    const printed = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    await post(asked('My mother did not know.'));
    const lines = printed.mock.calls.map(([line]) => String(line)).join('');
    expect(lines).toContain('translated');
    expect(lines).not.toContain('mother');
  });

  const long = Array.from({ length: 400 }, () => 'My brother was in the prison with me for three years and nobody knew.');

  it('kills Apertium when its time is over', async () => {
    const began = performance.now();
    await expect(translateTexts(long, { mode: 'eng-spa', signal: never, limitMs: 100 })).rejects.toEqual(new ApertiumFailure('timeout'));
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it('kills Apertium when its client goes away', async () => {
    const aborter = new AbortController();
    const job = translateTexts(long, { mode: 'eng-spa', signal: aborter.signal, limitMs: 60_000 });
    aborter.abort(new Error('gone'));
    await expect(job).rejects.toThrow('gone');
  });

  it('takes a mode that is not there for the failure it is', async () => {
    await expect(translateTexts(['x'], { mode: 'no-such', signal: never, limitMs: 10_000 })).rejects.toBeInstanceOf(ApertiumFailure);
  });
});

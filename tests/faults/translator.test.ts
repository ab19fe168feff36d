import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ApertiumFailure, installedDirections, translateTexts } from '#embedded/translator/apertium.ts';
import { translatorServer } from '#embedded/translator/server.ts';
import { libreTranslator } from '#engines/translator/libretranslate-http.server.ts';
import { directionInto, directionNow } from '#worker/translation-direction.server.ts';
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
    ['loading', answering(503, ''), { code: 'engine_busy', detail: { retryAfterSeconds: 15 } }],
    ['locked', answering(403, '{"error":"Invalid API key"}'), { code: 'engine_down', detail: { status: 403 } }],
    ['without the language', answering(400, '{"error":"xx is not supported"}'), { code: 'engine_refused', detail: { status: 400 } }],
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

  /** What was asked, translated letter by letter; refuses whatever is longer than `most` characters, all texts together. */
  const upTo =
    (most: number, status: number): Behaviour =>
    (request, response) => {
      const { q } = JSON.parse(Buffer.from(server.requests.at(-1)!.body, 'latin1').toString()) as { q: string | string[] };
      const texts = [q].flat();
      if (texts.join('').length > most) return answering(status, '{"error":"too long"}')(request, response);
      const said = texts.map((text) => text.toUpperCase());
      return json({ translatedText: Array.isArray(q) ? said : said[0] })(request, response);
    };

  it.each([413, 400])(
    'may take less at once, and say so with %i: texts are sent apart, long ones by sentence, none is lost',
    async (status) => {
      server.will(upTo(30, status));
      const texts = ['one', 'two', 'They came at night. We were asleep. It was cold.', 'four', 'a text of its own'];
      const translated = await libreTranslator({ url: server.url }).translate({ texts, direction, signal: never });
      expect(translated).toEqual(texts.map((text) => text.toUpperCase()));
      server.will(upTo(5, status));
      const job = libreTranslator({ url: server.url }).translate({ texts, direction, signal: never });
      await expect(job).rejects.toMatchObject({ code: 'engine_refused', detail: { status } });
    }
  );

  it('is sent its key where one is named, and nothing else than texts and languages', async () => {
    server.will(upTo(100, 413));
    await libreTranslator({ url: server.url, key: 'a key' }).translate({ texts: ['one', 'two'], direction, signal: never });
    const { body, headers } = server.requests.at(-1)!;
    expect(JSON.parse(body)).toEqual({ q: ['one', 'two'], source: 'en', target: 'es', format: 'text', api_key: 'a key' });
    expect(headers.authorization).toBeUndefined();
  });

  it('may list languages without their targets, which are all the others then', async () => {
    server.will(json([{ code: 'ar', name: 'Arabic' }, { code: 'en' }]));
    expect(await libreTranslator({ url: server.url }).languages()).toEqual([
      { source: 'ar', target: 'en' },
      { source: 'en', target: 'ar' }
    ]);
  });

  it('may list nothing: then what was named for it counts, and without that a human is needed', async () => {
    server.will(answering(404, ''));
    const signal = never;
    expect(await directionInto({ translator: libreTranslator({ url: server.url }) }, 'ar', 'en', signal)).toBeNull();
    const directions = [{ source: 'ar', target: 'en' }];
    expect(await directionInto({ translator: libreTranslator({ url: server.url, directions }) }, 'apc-SY', 'en', signal)).toEqual(
      directions[0]
    );
  });

  it('is asked for its list now and then, not before each text; one that does not answer is no missing language', async () => {
    server.will(json([{ code: 'ar', targets: ['en'] }]));
    const translator = libreTranslator({ url: server.url });
    await translator.languages();
    server.will(answering(502, ''));
    expect(await translator.languages()).toEqual([{ source: 'ar', target: 'en' }]);
    const fresh = { translator: libreTranslator({ url: server.url }) };
    await expect(directionInto(fresh, 'ar', 'en', never)).rejects.toMatchObject({ code: 'engine_down' });
    expect(await directionNow(fresh, 'ar', 'en', never)).toBeNull();
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

import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { askEngine } from '#engines/ask-engine.server.ts';
import { openAiTranscriber } from '#engines/transcriber/openai-http.server.ts';
import { startTranscriber, type EngineProcess } from '../support/engine-processes.ts';
import {
  answering,
  answeringSlowly,
  endingInTheMiddle,
  hangingUp,
  misbehavingServer,
  silent,
  type Behaviour
} from '../support/misbehaving-server.ts';
import { voices, type Voices } from '../support/speech.ts';

const never = new AbortController().signal;

describe('a speech server that misbehaves', () => {
  let server: Awaited<ReturnType<typeof misbehavingServer>>;
  let folder: string;
  let audioPath: string;
  beforeAll(async () => {
    server = await misbehavingServer();
    folder = await mkdtemp(path.join(tmpdir(), 'sawt-faults-'));
    audioPath = path.join(folder, 'sara-from-aleppo.wav');
    await writeFile(audioPath, Buffer.alloc(200_000, 1));
  });
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  const read = (signal: AbortSignal = never) => openAiTranscriber({ url: server.url }).transcribe({ audioPath, language: 'ar', signal });
  const json = (reply: unknown): Behaviour => answering(200, JSON.stringify(reply));

  it.each<[string, Behaviour, object]>([
    ['too many requests', answering(429, '', { 'retry-after': '7' }), { code: 'engine_busy', detail: { retryAfterSeconds: 7 } }],
    ['too many requests, without a time', answering(429, ''), { code: 'engine_busy', detail: { retryAfterSeconds: 15 } }],
    ['busy', answering(503, '{}', { 'retry-after': '2' }), { code: 'engine_busy', detail: { retryAfterSeconds: 2 } }],
    ['loading its model', answering(503, '{"status":"loading"}'), { code: 'engine_busy', detail: { retryAfterSeconds: 15 } }],
    [
      'told to come back next week',
      answering(429, '', { 'retry-after': '604800' }),
      { code: 'engine_busy', detail: { retryAfterSeconds: 3_600 } }
    ],
    ['locked', answering(401, '{"detail":"Invalid API key"}'), { code: 'engine_down', detail: { status: 401 } }],
    ['broken', answering(500, 'Traceback (most recent call last)'), { code: 'engine_down' }],
    ['behind a dead proxy', answering(502, '<html>'), { code: 'engine_down' }],
    ['too large', answering(413, ''), { code: 'engine_refused', detail: { status: 413 } }],
    ['not audio', answering(400, '{"error":{"message":"no"}}'), { code: 'engine_refused', detail: { status: 400 } }],
    ['moved', answering(302, '', { location: 'http://127.0.0.1:1/' }), { code: 'engine_refused', detail: { status: 302 } }],
    ['half an answer', endingInTheMiddle, { code: 'engine_down' }],
    ['no answer', hangingUp, { code: 'engine_down' }],
    ['no JSON', answering(200, '<html>Welcome</html>'), { code: 'engine_refused' }],
    ['another JSON', json({ detail: 'only this' }), { code: 'engine_refused' }],
    ['JSON of no object', answering(200, '[]'), { code: 'engine_refused' }],
    ['times that are none', json({ segments: [{ start: 'x', end: 1, text: 'a' }] }), { code: 'engine_refused' }]
  ])('is told apart: %s', async (_, behaviour, refusal) => {
    server.will(behaviour);
    await expect(read()).rejects.toMatchObject(refusal);
  });

  it('R33 is sent the recording bit for bit, and neither its name nor anything but the language', async () => {
    server.will(json({ segments: [] }));
    await read();
    const { url, body } = server.requests.at(-1)!;
    expect(url).toBe('/v1/audio/transcriptions');
    expect(body).toContain('\x01'.repeat(200_000));
    expect(body).not.toContain('aleppo');
    expect(body).toMatch(/name="language"\r\n\r\nar\r\n/);
    expect(body).toMatch(/name="model"\r\n\r\nSystran\/faster-whisper-large-v3\r\n/);
  });

  it('may be down', async () => {
    const transcriber = openAiTranscriber({ url: 'http://127.0.0.1:1' });
    await expect(transcriber.transcribe({ audioPath, language: 'ar', signal: never })).rejects.toMatchObject({ code: 'engine_down' });
    expect(await transcriber.health()).toMatchObject({ ready: false });
  });

  it('is left at once when the job is taken away', async () => {
    const aborter = new AbortController();
    server.will(() => aborter.abort(new Error('withdrawn')));
    await expect(read(aborter.signal)).rejects.toThrow('withdrawn');
  });

  it('may put words beside the segments, name the language, and send times out of order and outside the recording', async () => {
    server.will(
      json({
        language: 'Arabic',
        duration: 5,
        segments: [
          { start: 3, end: 9, text: ' ثانيا ' },
          { start: -1, end: 2, text: 'one two' },
          { start: 2, end: 2, text: '  ' }
        ],
        words: [
          { word: 'one', start: -0.5, end: 1 },
          { word: 'two', start: 1, end: 0.5 },
          { word: 'ثانيا', start: 4, end: 9 }
        ]
      })
    );
    const word = (text: string, startMs: number, endMs: number) => ({ word: text, startMs, endMs, probability: null });
    expect(await openAiTranscriber({ url: `${server.url}/v1` }).transcribe({ audioPath, language: null, signal: never })).toEqual({
      language: 'ar',
      segments: [
        { startMs: 0, endMs: 2000, text: 'one two', words: [word('one', 0, 1000), word('two', 1000, 1000)] },
        { startMs: 3000, endMs: 5000, text: 'ثانيا', words: [word('ثانيا', 4000, 5000)] }
      ]
    });
  });

  it('is asked with a key and for a model where they are named', async () => {
    server.will(json({ segments: [] }));
    await openAiTranscriber({ url: server.url, key: 'a key', model: 'large' }).transcribe({ audioPath, language: 'ar', signal: never });
    const { headers, body } = server.requests.at(-1)!;
    expect(headers.authorization).toBe('Bearer a key');
    expect(body).toMatch(/name="model"\r\n\r\nlarge\r\n/);
  });

  it('says by its model which languages it serves, or is told', async () => {
    expect(await openAiTranscriber({ url: server.url }).languages()).toContain('ar');
    expect(await openAiTranscriber({ url: server.url, model: 'small.en' }).languages()).toEqual(['en']);
    expect(await openAiTranscriber({ url: server.url, languages: ['kmr'] }).languages()).toEqual(['kmr']);
    expect(await openAiTranscriber({ url: 'http://127.0.0.1:1' }).languages()).toContain('ar');
    const asked = server.requests.length;
    const job = openAiTranscriber({ url: server.url, model: 'small.en' }).transcribe({ audioPath, language: 'ar', signal: never });
    await expect(job).rejects.toMatchObject({ code: 'engine_refused', detail: { field: 'language' } });
    expect(server.requests).toHaveLength(asked);
  });

  it('R37 names the model that heard, also where the health page does not', async () => {
    server.will(json({ status: 'ok' }));
    expect(await openAiTranscriber({ url: server.url }).health()).toMatchObject({ model: 'Systran/faster-whisper-large-v3' });
    expect(await openAiTranscriber({ url: server.url, model: 'mine' }).health()).toMatchObject({ model: 'mine' });
  });

  it('may send nothing but flat words', async () => {
    const words = [
      { word: 'They', start: 0, end: 0.4 },
      { word: 'came.', start: 0.4, end: 1 },
      { word: 'Why?', start: 3, end: 3.5 }
    ];
    server.will(json({ text: 'They came. Why?', words }));
    expect((await read()).segments).toMatchObject([
      { startMs: 0, endMs: 1_000, text: 'They came.', words: [{ word: 'They' }, { word: 'came.' }] },
      { startMs: 3_000, endMs: 3_500, text: 'Why?', words: [{ word: 'Why?' }] }
    ]);
  });

  it('R37 may know no times: none are made up, and it is asked for less at once', async () => {
    server.will((request, response) => {
      const asked = server.requests.at(-1)!.body;
      if (asked.includes('verbose_json')) return answering(400, '{"error":{"message":"verbose_json is not supported"}}')(request, response);
      return json({ text: ' قالت أمي ' })(request, response);
    });
    const transcriber = openAiTranscriber({ url: server.url });
    const reading = await transcriber.transcribe({ audioPath, language: 'ar', signal: never });
    expect(reading).toMatchObject({ untimed: true, segments: [{ text: 'قالت أمي', words: [] }] });
    const asked = server.requests.length;
    await transcriber.transcribe({ audioPath, language: 'ar', signal: never });
    expect(server.requests).toHaveLength(asked + 1);
    server.will(json({ text: '  ' }));
    expect(await transcriber.transcribe({ audioPath, language: 'ar', signal: never })).toEqual({ language: 'ar', segments: [] });
  });

  it('may take its time over an answer, and none for ever', async () => {
    server.will(answeringSlowly(JSON.stringify({ segments: [{ start: 0, end: 1, text: 'slowly' }] }), 1_500));
    expect((await read()).segments).toHaveLength(1);
    server.will(silent);
    const question = { method: 'GET', path: '/health', signal: never, limitMs: 300 } as const;
    await expect(askEngine({ url: server.url }, question, v.unknown())).rejects.toMatchObject({ code: 'engine_down' });
  });

  it('may send no words at all', async () => {
    server.will(json({ segments: [{ start: 0, end: 1, text: 'a' }] }));
    expect((await read()).segments).toEqual([{ startMs: 0, endMs: 1000, text: 'a', words: [] }]);
  });

  it('may send pieces of words and control tokens', async () => {
    const piece = (word: string, start: number, end: number, probability: number) => ({ word, start, end, probability });
    const words = [
      piece('[_BEG_]', 0, 0, 1),
      piece(' سج', 0, 0.2, 0.9),
      piece('ن', 0.2, 0.5, 0.4),
      piece(' حلب', 0.6, 1, 0.8),
      piece('.', 1, 1, 0.9)
    ];
    server.will(json({ segments: [{ start: 0, end: 1, text: 'سجن حلب.', words }] }));
    expect((await read()).segments[0]!.words).toEqual([
      { word: 'سجن', startMs: 0, endMs: 500, probability: 0.4 },
      { word: 'حلب.', startMs: 600, endMs: 1000, probability: 0.8 }
    ]);
  });
});

/** The one child of a process. */
async function childOf(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)('pgrep', ['-P', String(pid)]);
  return Number(stdout.trim());
}

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

it('leaves no process behind when the starter speech engine itself is killed in the middle of a job', async () => {
  const engine = await startTranscriber();
  const voice = await voices();
  try {
    const said = await voice.english('They came at night, and nobody told my mother where we were.');
    const audioPath = await voice.joined(Array<string>(10).fill(said), 0.2);
    const job = openAiTranscriber({ url: engine.url })
      .transcribe({ audioPath, language: 'en', signal: never })
      .catch((error: { code?: string }) => error.code);
    await engine.logged('reading');
    const reader = await childOf(engine.pid);
    process.kill(engine.pid, 'SIGKILL');
    expect(await job).toBe('engine_down');
    await expect.poll(() => isRunning(reader), { timeout: 5_000 }).toBe(false);
  } finally {
    await voice.remove();
  }
});

describe('the starter speech engine under faults', () => {
  let engine: EngineProcess;
  let voice: Voices;
  let long: string;
  beforeAll(async () => {
    engine = await startTranscriber({ TRANSCRIBER_MAX_BYTES: String(8 << 20), TRANSCRIBER_MAX_SECONDS: '120' });
    voice = await voices();
    const said = await voice.english('They came at night, and nobody told my mother where we were. I heard the door, and then my brother.');
    long = await voice.joined(Array<string>(16).fill(said), 0.2);
  });
  afterAll(async () => {
    await engine.stop();
    await voice.remove();
  });

  const read = (audioPath: string, signal: AbortSignal = never) =>
    openAiTranscriber({ url: engine.url }).transcribe({ audioPath, language: 'en', signal });

  it('drops a job whose client went away, and reads the next one', async () => {
    const aborter = new AbortController();
    const began = performance.now();
    const job = read(long, aborter.signal);
    await engine.logged('reading');
    aborter.abort(new Error('gone'));
    await expect(job).rejects.toThrow('gone');
    await engine.logged('client_gone');
    expect(performance.now() - began).toBeLessThan(5_000);
    const { segments } = await read(await voice.english('My name is Sara.'));
    expect(segments.map(({ text }) => text).join(' ')).toMatch(/name/i);
  });

  it('survives the death of the process that holds the model', async () => {
    const jobs = engine.count('reading');
    const job = read(long).catch((error: { code?: string }) => error.code);
    await engine.logged('reading', jobs + 1);
    process.kill(await childOf(engine.pid), 'SIGKILL');
    expect(await job).toBe('engine_down');
    expect((await read(await voice.english('My name is Sara.'))).segments).toHaveLength(1);
  });

  it('lets few wait and turns the others away with a time to come back', async () => {
    const aborter = new AbortController();
    const outcomes = await Promise.all(
      Array.from({ length: 6 }, () =>
        read(long, aborter.signal).catch((error: Error & { code?: string }) => {
          if (error.code === 'engine_busy') aborter.abort(new Error('enough'));
          return error.code ?? error.message;
        })
      )
    );
    expect(outcomes).toContain('engine_busy');
    expect(outcomes.filter((outcome) => outcome === 'enough').length).toBeGreaterThanOrEqual(4);
  });

  it('refuses what is too large or too long without reading it', async () => {
    const large = await fetch(`${engine.url}/v1/audio/transcriptions`, {
      method: 'POST',
      body: (() => {
        const form = new FormData();
        form.set('file', new Blob([new Uint8Array(9 << 20)]), 'x.wav');
        return form;
      })()
    });
    expect(large.status).toBe(413);
    const tooLong = await voice.joined([await voice.noise(130)], 0);
    await expect(read(tooLong)).rejects.toMatchObject({ code: 'engine_refused', detail: { status: 413 } });
  });

  it('answers broken requests and goes on', async () => {
    const port = Number(new URL(engine.url).port);
    const broken = [
      'POST /v1/audio/transcriptions HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 10\r\n\r\n--y',
      'POST /v1/audio/transcriptions HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 1\r\n\r\nx',
      'POST /v1/audio/transcriptions HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      'GET /health HTTP/1.1\r\nHost: evil.example\r\n\r\n'
    ];
    const answers: string[] = [];
    for (const request of broken) {
      const socket = connect(port, '127.0.0.1');
      socket.end(request);
      const chunks: Buffer[] = [];
      socket.on('data', (chunk: Buffer) => chunks.push(chunk));
      await once(socket, 'close');
      answers.push(Buffer.concat(chunks).toString().slice(9, 12));
    }
    expect(answers).toEqual(['400', '415', '411', '403']);
    expect((await fetch(`${engine.url}/health`)).status).toBe(200);
  });

  it('hears nothing in a melody, which the model goes on singing', async () => {
    expect((await read(await voice.melody(12))).segments).toEqual([]);
  });

  it('R33 logs nothing of what was said', async () => {
    await read(await voice.english('My mother did not know.'));
    expect(engine.printed()).toMatch(/"event": "read"/);
    expect(engine.printed()).not.toMatch(/mother|\.wav/i);
  });

  it('ends at once on SIGTERM, in the middle of a job', async () => {
    const jobs = engine.count('reading');
    const job = read(long).catch((error: { code?: string }) => error.code);
    await engine.logged('reading', jobs + 1);
    const began = performance.now();
    await engine.stop();
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(await job).toBe('engine_down');
  });
});

import { stat } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mediaFiles } from '#tests/support/media-files.ts';
import type { Reading, Transcriber } from '#engines/transcriber/port.ts';
import { DomainError } from '#platform/errors.ts';
import { listenInParts } from './listen-in-parts.server.ts';

/** Tones of nine seconds with a second of silence after each: a minute and a half that can be cut at tens. */
const LENGTH_MS = 90_000;
const BYTES_A_SECOND = 32_000;
const files = await mediaFiles();
const signal = new AbortController().signal;
let audioPath: string;
beforeAll(async () => {
  const tones = `aevalsrc=exprs='0.3*sin(2*PI*300*t)*lt(mod(t,10),9)':duration=90:s=16000`;
  audioPath = await files.made('told.wav', '-f', 'lavfi', '-i', tones, '-c:a', 'pcm_s16le');
});
afterAll(() => files.remove());

/** An engine that hears one passage in whatever it is sent, and is asked with so many seconds at once. */
function engine(hears: (seconds: number) => Reading): { transcriber: Transcriber; sent: number[] } {
  const sent: number[] = [];
  const transcribe: Transcriber['transcribe'] = async ({ audioPath: file }) => {
    const seconds = ((await stat(file)).size - 44) / BYTES_A_SECOND;
    sent.push(Math.round(seconds));
    return hears(seconds);
  };
  return { transcriber: { transcribe, translateToEnglish: transcribe } as Transcriber, sent };
}
const passage = (seconds: number) => ({ startMs: 0, endMs: Math.ceil(seconds) * 1_000, text: `${Math.round(seconds)} s`, words: [] });
const listen = (transcriber: Transcriber) =>
  listenInParts(transcriber, 'transcribe', { audioPath, lengthMs: LENGTH_MS, language: 'ar', signal });

it('sends a piece whole where the engine takes it', async () => {
  const { transcriber, sent } = engine((seconds) => ({ language: 'ar', segments: [passage(seconds)] }));
  expect((await listen(transcriber)).segments).toMatchObject([{ startMs: 0, text: '90 s' }]);
  expect(sent).toEqual([90]);
});

it('sends less at once to an engine that finds a piece too large (413), cut at silences, and remembers', async () => {
  const { transcriber, sent } = engine((seconds) => {
    if (seconds > 30) throw new DomainError('engine_refused', { status: 413 });
    return { language: 'ar', segments: [passage(seconds)] };
  });
  const { language, segments } = await listen(transcriber);
  expect(language).toBe('ar');
  expect(segments[0]!.startMs).toBe(0);
  expect(segments.at(-1)!.endMs).toBe(LENGTH_MS);
  segments.forEach(({ startMs }, place) => expect(startMs).toBe(segments[place - 1]?.endMs ?? 0));
  // In the second of silence at the end of each ten.
  for (const { startMs } of segments.slice(1)) expect(startMs % 10_000).toBeGreaterThanOrEqual(9_000);
  expect(sent.filter((seconds) => seconds > 30)).toEqual([90, 40]);
  sent.length = 0;
  await listen(transcriber);
  expect(Math.max(...sent)).toBeLessThanOrEqual(30);
});

it('gives up on an engine that finds everything too large', async () => {
  const { transcriber, sent } = engine(() => {
    throw new DomainError('engine_refused', { status: 413 });
  });
  await expect(listen(transcriber)).rejects.toMatchObject({ code: 'engine_refused', detail: { status: 413 } });
  expect(sent.length).toBeLessThan(6);
});

it('R37 gives what an engine without times hears the times of what it was sent, half a minute at most', async () => {
  const { transcriber, sent } = engine((seconds) => ({
    language: 'ar',
    segments: [{ startMs: 0, endMs: 1, text: `${Math.round(seconds)} s`, words: [] }],
    untimed: true
  }));
  const { segments } = await listen(transcriber);
  expect(sent[0]).toBe(90);
  for (const { startMs, endMs, words } of segments) {
    expect(endMs - startMs).toBeLessThanOrEqual(30_000);
    expect(words).toEqual([]);
  }
  expect(segments[0]!.startMs).toBe(0);
  expect(segments.at(-1)!.endMs).toBe(LENGTH_MS);
});

it('does not send less for any other refusal', async () => {
  const { transcriber, sent } = engine(() => {
    throw new DomainError('engine_refused', { status: 400 });
  });
  await expect(listen(transcriber)).rejects.toMatchObject({ detail: { status: 400 } });
  expect(sent).toEqual([90]);
});

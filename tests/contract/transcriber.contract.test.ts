import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Reading, Transcriber } from '#engines/transcriber/port.ts';
import { openAiTranscriber } from '#engines/transcriber/openai-http.server.ts';
import { assemble } from '#modules/transcript/assemble.ts';
import { alignByTime } from '#modules/translation/align.ts';
import { contract } from '../support/contract.ts';
import { startTranscriber, type EngineProcess } from '../support/engine-processes.ts';
import { voices, type Voices } from '../support/speech.ts';
import { wordErrorRate, wordsHeard, wordsOf } from '../support/word-error.ts';

const ENGLISH =
  'I was arrested in the spring. They took me from my house at night, and my mother did not know where I was for three years.';
const ARABIC = 'مَرْحَبا. أَنا مِنْ سُورِيا، مِنْ مَدِينَةِ دِمَشْق. كُنْتُ فِي السِّجْنِ سَنَةً كامِلَة، وَالحَمْدُ لِله.';

const { TRANSCRIBER_URL } = process.env;
const adapters = [
  { name: 'starter engine', url: null },
  { name: 'server of its own', variable: 'TRANSCRIBER_URL', url: TRANSCRIBER_URL }
];

const textOf = ({ segments }: Reading) => segments.map(({ text }) => text).join(' ');
const never = new AbortController().signal;

let voice: Voices;
beforeAll(async () => {
  voice = await voices();
});
afterAll(() => voice.remove());

function expectTimesInside({ segments }: Reading, lengthMs: number) {
  let last = 0;
  for (const segment of segments) {
    expect(segment.startMs).toBeGreaterThanOrEqual(last);
    expect(segment.endMs).toBeGreaterThan(segment.startMs);
    expect(segment.endMs).toBeLessThanOrEqual(lengthMs + 50);
    last = segment.startMs;
    let spokenAt = 0;
    for (const word of segment.words) {
      expect(word.startMs).toBeGreaterThanOrEqual(spokenAt);
      expect(word.endMs).toBeGreaterThanOrEqual(word.startMs);
      expect(word.endMs).toBeLessThanOrEqual(lengthMs + 50);
      spokenAt = word.startMs;
    }
  }
}

contract('transcriber', adapters, ({ url }) => {
  let engine: EngineProcess | null = null;
  let transcriber: Transcriber;
  beforeAll(async () => {
    engine = url ? null : await startTranscriber();
    transcriber = openAiTranscriber({ url: url ?? engine!.url });
  });
  afterAll(() => engine?.stop());

  it('says that it is ready', async () => {
    expect(await transcriber.health()).toMatchObject({ ready: true });
    expect(await transcriber.languages()).toContain('ar');
  });

  it('reads English with at most one word in ten wrong, each word with its time', async () => {
    const audioPath = await voice.english(ENGLISH);
    const lengthMs = await voice.lengthOf(audioPath);
    const began = performance.now();
    const reading = await transcriber.transcribe({ audioPath, language: 'en', signal: never });
    console.log(`speech read: ${(lengthMs / (performance.now() - began)).toFixed(1)} seconds a second`);

    expect(reading.language).toBe('en');
    expect(wordErrorRate(ENGLISH, textOf(reading))).toBeLessThanOrEqual(0.1);
    expectTimesInside(reading, lengthMs);
    const words = reading.segments.flatMap((segment) => segment.words);
    expect(wordErrorRate(ENGLISH, words.map(({ word }) => word).join(' '))).toBeLessThanOrEqual(0.1);
    expect(words.at(-1)!.endMs).toBeGreaterThan(lengthMs / 2);
  });

  it('finds out by itself that it is English', async () => {
    const audioPath = await voice.english(ENGLISH);
    expect((await transcriber.transcribe({ audioPath, language: null, signal: never })).language).toBe('en');
  });

  it('writes Arabic in Arabic, with times inside the recording and at least three words right', async () => {
    const audioPath = await voice.arabic(ARABIC);
    const reading = await transcriber.transcribe({ audioPath, language: 'apc', signal: never });
    const text = textOf(reading);

    expect(reading.language).toBe('ar');
    expect(text).toMatch(/\p{Script=Arabic}/u);
    expect(text).not.toMatch(/\p{Script=Latin}/u);
    expect(wordsHeard(ARABIC, text)).toBeGreaterThanOrEqual(3);
    expectTimesInside(reading, await voice.lengthOf(audioPath));
  });

  it('R37 writes what was said in another language in English, which goes to the segments by time', async () => {
    const audioPath = await voice.spanish('Me llamo Sara. Mi hermano estaba conmigo en la cárcel.');
    const spoken = await transcriber.transcribe({ audioPath, language: 'es', signal: never });
    const english = await transcriber.translateToEnglish({ audioPath, language: 'es', signal: never });
    expect(textOf(spoken)).toMatch(/hermano/);
    expect(english.language).toBe('en');
    expect(textOf(english)).toMatch(/brother/);
    expectTimesInside(english, await voice.lengthOf(audioPath));
    expect(alignByTime(spoken.segments, english.segments).join(' ')).toMatch(/brother/);
  });

  it('keeps what a person says again and again, and does not go on by itself', async () => {
    const said = await voice.english('They beat me.');
    const audioPath = await voice.joined(Array<string>(12).fill(said), 0.3);
    const heard = textOf(await transcriber.transcribe({ audioPath, language: 'en', signal: never }));
    const times = wordsOf(heard).filter((word) => word === 'me').length;
    expect(times).toBeGreaterThanOrEqual(6);
    expect(times).toBeLessThanOrEqual(12);
  });

  it('hears nothing in thirty seconds of noise', async () => {
    const audioPath = await voice.noise(30);
    expect((await transcriber.transcribe({ audioPath, language: 'en', signal: never })).segments).toEqual([]);
  });

  it('keeps the times of what comes after a long silence', async () => {
    const [one, two] = await Promise.all([voice.english('My name is Sara.'), voice.english('Where is my brother?')]);
    const audioPath = await voice.joined([one, two], 12);
    const secondFrom = (await voice.lengthOf(one)) + 12_000;
    const reading = await transcriber.transcribe({ audioPath, language: 'en', signal: never });
    const brother = reading.segments.flatMap(({ words }) => words).find(({ word }) => /brother/i.test(word));
    expect(brother!.startMs).toBeGreaterThan(secondFrom - 500);
    expect(brother!.endMs).toBeLessThan(secondFrom + (await voice.lengthOf(two)) + 500);
  });

  it('reads in pieces what was too long for one job, with exact times', async () => {
    const audioPath = await voice.english(ENGLISH);
    const piece = await voice.lengthOf(audioPath);
    const { segments } = await transcriber.transcribe({ audioPath, language: 'en', signal: never });
    const assembled = assemble([
      { startMs: 0, endMs: piece, segments },
      { startMs: piece, endMs: 2 * piece, segments }
    ]);
    expect(assembled.length).toBe(2 * segments.length);
    expect(assembled[segments.length]!.startMs).toBe(piece + segments[0]!.startMs);
    expectTimesInside({ language: 'en', segments: assembled }, 2 * piece);
  });

  it('refuses what is no recording', async () => {
    const audioPath = new URL(import.meta.url).pathname;
    await expect(transcriber.transcribe({ audioPath, language: 'en', signal: never })).rejects.toMatchObject({ code: 'engine_refused' });
  });

  it('refuses a language that it does not know before it asks', async () => {
    const audioPath = '/nonexistent';
    await expect(transcriber.transcribe({ audioPath, language: 'kmr', signal: never })).rejects.toMatchObject({
      code: 'engine_refused',
      detail: { field: 'language' }
    });
  });
});

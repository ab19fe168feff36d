import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openAiTranscriber } from '#engines/transcriber/openai-http.server.ts';
import { startTranscriber } from '../support/engine-processes.ts';
import { nonSpeechClips } from '../support/non-speech.ts';
import type { Row } from './bench.ts';

const EACH = 14;
const SECONDS = 8;

/** How many clips without a voice the starter engine writes a text for, half of them asked for in Arabic; what it wrote is printed. */
export async function run(): Promise<Row[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'sawt-non-speech-'));
  const engine = await startTranscriber();
  try {
    const clips = await nonSpeechClips(folder, EACH, SECONDS);
    const transcriber = openAiTranscriber({ url: engine.url });
    const bySound = new Map<string, string[]>();
    for (const [place, { sound, file }] of clips.entries()) {
      const language = place % 2 ? 'ar' : 'en';
      const { segments } = await transcriber.transcribe({ audioPath: file, language, signal: new AbortController().signal });
      const written = bySound.get(sound) ?? bySound.set(sound, []).get(sound)!;
      if (segments.length) written.push(segments.map(({ text }) => text).join(' '));
    }
    for (const [sound, written] of bySound)
      console.log(`${sound}: ${written.length} of ${EACH}${written.map((text) => `\n  ${text}`).join('')}`);
    const share = ([...bySound.values()].flat().length / clips.length) * 100;
    return [{ name: `clips without a voice that get a text, of ${clips.length}`, figure: share, unit: '%', target: '<= 0.3' }];
  } finally {
    await engine.stop();
    await rm(folder, { recursive: true });
  }
}

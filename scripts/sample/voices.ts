import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { SampleTestimony } from './testimonies.ts';

const run = promisify(execFile);

/** espeak-ng's name for each language that flite has no voice for. */
const ESPEAK: Record<string, string> = { ar: 'ar', es: 'es', ku: 'ku', fr: 'fr-fr' };

export type RecordingFile = {
  file: string;
  kind: 'audio' | 'video';
  mediaType: string;
  /** Where each sentence is said, in ms. */
  times: { startMs: number; endMs: number }[];
};

const PAUSE_SECONDS = 1.1;

/** One sentence, by the voice there is for its language. @returns the WAV */
async function say(sentence: string, language: string, base: string): Promise<string> {
  await writeFile(`${base}.txt`, sentence);
  const wav = `${base}.wav`;
  if (language === 'en') await run('flite', ['-voice', 'slt', '-f', `${base}.txt`, '-o', wav]);
  else await run('espeak-ng', ['-v', ESPEAK[language] ?? 'en', '-s', '125', '-f', `${base}.txt`, '-w', wav]);
  return wav;
}

/** As somebody speaks who takes their time: passages are cut where it is silent. */
async function withPauses(files: readonly string[], to: string): Promise<string> {
  const inputs = files.flatMap((file) => ['-i', file]);
  const padded = files
    .map((_, at) => `[${at}:a]aresample=16000,aformat=channel_layouts=mono,apad=pad_dur=${PAUSE_SECONDS}[p${at}]`)
    .join(';');
  const joined = `${files.map((_, at) => `[p${at}]`).join('')}concat=n=${files.length}:v=0:a=1`;
  await run('ffmpeg', ['-nostdin', '-y', '-loglevel', 'error', ...inputs, '-filter_complex', `${padded};${joined}`, to]);
  return to;
}

/** Of a WAV as both voices write it: 16 bits, a header of 44 bytes. Milliseconds. */
async function lengthOf(wav: string): Promise<number> {
  const bytes = await readFile(wav);
  const perSecond = bytes.readUInt32LE(24) * bytes.readUInt16LE(22) * 2;
  return Math.floor(((bytes.length - 44) / perSecond) * 1000);
}

function timesOf(lengths: readonly number[]): RecordingFile['times'] {
  let at = 0;
  return lengths.map((length) => {
    const startMs = at;
    at += length + PAUSE_SECONDS * 1000;
    return { startMs, endMs: startMs + length };
  });
}

/**
 * Says a sample testimony aloud, as a browser would have recorded it: Opus in WebM, and for a video a plain moving picture.
 * @param folder for the files, the caller's to remove
 */
export async function record({ language, said, told }: SampleTestimony, folder: string, name: string): Promise<RecordingFile> {
  const sentences = await Promise.all(said.map((sentence, at) => say(sentence, language, path.join(folder, `${name}-${at}`))));
  const wav = await withPauses(sentences, path.join(folder, `${name}.wav`));

  const times = timesOf(await Promise.all(sentences.map(lengthOf)));

  const file = path.join(folder, `${name}.webm`);
  const ffmpeg = (...args: string[]) => run('ffmpeg', ['-nostdin', '-y', '-loglevel', 'error', ...args, file]);
  const sound = ['-c:a', 'libopus', '-b:a', '48k', '-ar', '48000'];
  if (told === 'video') {
    const picture = ['-f', 'lavfi', '-i', 'gradients=size=640x360:rate=15:speed=0.008:c0=0x274940:c1=0x8a6d3b'];
    const encoding = '-pix_fmt yuv420p -c:v libvpx -b:v 400k -deadline realtime -cpu-used 8 -shortest';
    await ffmpeg(...picture, '-i', wav, ...sound, ...encoding.split(' '));
    return { file, kind: 'video', mediaType: 'video/webm', times };
  }
  await ffmpeg('-i', wav, ...sound);
  return { file, kind: 'audio', mediaType: 'audio/webm', times };
}

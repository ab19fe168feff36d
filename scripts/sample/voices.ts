import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { SampleTestimony } from './testimonies.ts';

const run = promisify(execFile);

/** espeak-ng's name for each language that flite has no voice for. */
const ESPEAK: Record<string, string> = { ar: 'ar', es: 'es', ku: 'ku', fr: 'fr-fr' };

export type RecordingFile = { file: string; kind: 'audio' | 'video'; mediaType: string };

/**
 * Says a sample testimony aloud, as a browser would have recorded it: Opus in WebM, and for a video a plain moving picture.
 * @param folder for the files, the caller's to remove
 */
export async function record({ language, said, told }: SampleTestimony, folder: string, name: string): Promise<RecordingFile> {
  const wav = path.join(folder, `${name}.wav`);
  const text = path.join(folder, `${name}.txt`);
  await writeFile(text, said.join('\n'));
  if (language === 'en') await run('flite', ['-voice', 'slt', '-f', text, '-o', wav]);
  else await run('espeak-ng', ['-v', ESPEAK[language] ?? 'en', '-s', '125', '-f', text, '-w', wav]);

  const file = path.join(folder, `${name}.webm`);
  const ffmpeg = (...args: string[]) => run('ffmpeg', ['-nostdin', '-y', '-loglevel', 'error', ...args, file]);
  const sound = ['-af', 'apad=pad_dur=0.6', '-c:a', 'libopus', '-b:a', '48k', '-ar', '48000'];
  if (told === 'video') {
    const picture = ['-f', 'lavfi', '-i', 'gradients=size=640x360:rate=15:speed=0.008:c0=0x274940:c1=0x8a6d3b'];
    await ffmpeg(
      ...picture,
      '-i',
      wav,
      ...sound,
      '-pix_fmt',
      'yuv420p',
      '-c:v',
      'libvpx',
      '-b:v',
      '400k',
      '-deadline',
      'realtime',
      '-cpu-used',
      '8',
      '-shortest'
    );
    return { file, kind: 'video', mediaType: 'video/webm' };
  }
  await ffmpeg('-i', wav, ...sound);
  return { file, kind: 'audio', mediaType: 'audio/webm' };
}

import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Real media for tests, made by ffmpeg, in a folder that `remove` takes away. */
export type MediaFiles = {
  folder: string;
  /** Makes a file from ffmpeg's arguments, without the output's name. */
  made(name: string, ...args: string[]): Promise<string>;
  remove(): Promise<void>;
};

export async function mediaFiles(): Promise<MediaFiles> {
  const folder = await mkdtemp(path.join(tmpdir(), 'sawt-media-'));
  return {
    folder,
    async made(name, ...args) {
      const file = path.join(folder, name);
      await run('ffmpeg', ['-nostdin', '-v', 'error', '-y', ...args, file]);
      return file;
    },
    remove: () => rm(folder, { recursive: true, force: true })
  };
}

/** Samples of a stretch of sound, 48 kHz mono. */
export async function samplesOf(file: string, startMs: number, endMs: number): Promise<Int16Array> {
  const args = ['-nostdin', '-v', 'error', '-i', file, '-map', '0:a:0', '-ac', '1', '-ar', '48000', '-f', 's16le', '-'];
  const { stdout } = await run('ffmpeg', args, { encoding: 'buffer', maxBuffer: 2 ** 30 });
  const all = new Int16Array(stdout.buffer, stdout.byteOffset, stdout.byteLength >> 1);
  return all.slice(startMs * 48, endMs * 48);
}

/** The loudest sample, 0..32768. */
export const loudest = (samples: Int16Array): number => samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** Cycles a second, counted where the sound crosses zero. */
export function hertz(samples: Int16Array): number {
  let crossings = 0;
  for (let at = 1; at < samples.length; at++) if (samples[at - 1]! < 0 !== samples[at]! < 0) crossings += 1;
  return (crossings / 2) * (48_000 / samples.length);
}

/** Every frame of a picture, scaled to `width` × `height` points of red, green and blue. */
export async function framesOf(file: string, width = 1, height = 1): Promise<Uint8Array[]> {
  const filter = `scale=${width}:${height}:flags=area,format=rgb24`;
  const args = ['-nostdin', '-v', 'error', '-i', file, '-map', '0:v:0', '-vf', filter, '-fps_mode', 'passthrough', '-f', 'rawvideo', '-'];
  const { stdout } = await run('ffmpeg', args, { encoding: 'buffer', maxBuffer: 2 ** 30 });
  const size = width * height * 3;
  return Array.from({ length: stdout.length / size }, (_, at) => new Uint8Array(stdout.subarray(at * size, (at + 1) * size)));
}

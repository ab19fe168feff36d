import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Real speech for tests, in files that `remove` takes away. */
export type Voices = {
  /** 16 kHz mono WAV, by flite. */
  english(text: string): Promise<string>;
  /** WAV by espeak-ng, whose Arabic reads diacritised text best. */
  arabic(text: string): Promise<string>;
  /** WAV by espeak-ng. */
  spanish(text: string): Promise<string>;
  /** 16 kHz mono WAV of noise that nobody speaks in. */
  noise(seconds: number): Promise<string>;
  /** 16 kHz mono WAV of two wavering tones, which voice activity detection takes for a voice. */
  melody(seconds: number): Promise<string>;
  /** One recording of several, with silences between. */
  joined(files: readonly string[], silenceSeconds: number): Promise<string>;
  /** Milliseconds. */
  lengthOf(file: string): Promise<number>;
  remove(): Promise<void>;
};

export async function voices(): Promise<Voices> {
  const folder = await mkdtemp(path.join(tmpdir(), 'sawt-voices-'));
  let made = 0;
  const file = () => path.join(folder, `${++made}.wav`);
  const ffmpeg = (...args: string[]) => run('ffmpeg', ['-nostdin', '-loglevel', 'error', ...args]);
  return {
    async english(text) {
      const to = file();
      await run('flite', ['-voice', 'slt', '-t', text, '-o', to]);
      return to;
    },
    async arabic(text) {
      const to = file();
      await run('espeak-ng', ['-v', 'ar+f2', '-s', '120', '-w', to, text]);
      return to;
    },
    async spanish(text) {
      const to = file();
      await run('espeak-ng', ['-v', 'es', '-s', '130', '-w', to, text]);
      return to;
    },
    async noise(seconds) {
      const to = file();
      await ffmpeg('-f', 'lavfi', '-i', `anoisesrc=duration=${seconds}:color=pink:amplitude=0.3:seed=1`, '-ar', '16000', '-ac', '1', to);
      return to;
    },
    async melody(seconds) {
      const to = file();
      const tones = '0.3*sin(2*PI*220*t)*(1+sin(2*PI*2*t))+0.2*sin(2*PI*(330+50*sin(2*PI*3*t))*t)';
      await ffmpeg('-f', 'lavfi', '-i', `aevalsrc=exprs='${tones}':duration=${seconds}`, '-ar', '16000', '-ac', '1', to);
      return to;
    },
    async joined(files, silenceSeconds) {
      const to = file();
      const inputs = files.flatMap((from) => ['-i', from]);
      const padded = files.map((_, i) => `[${i}:a]aresample=16000,apad=pad_dur=${silenceSeconds}[p${i}]`).join(';');
      const all = files.map((_, i) => `[p${i}]`).join('');
      await ffmpeg(...inputs, '-filter_complex', `${padded};${all}concat=n=${files.length}:v=0:a=1`, '-ac', '1', to);
      return to;
    },
    async lengthOf(from) {
      const { stdout } = await run('ffprobe', ['-v', 'error', '-show_entries', 'format=duration', '-of', 'csv=p=0', from]);
      return Math.round(Number(stdout) * 1000);
    },
    remove: () => rm(folder, { recursive: true, force: true })
  };
}

import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Sounds that nobody speaks in, as expressions of ffmpeg's aevalsrc or whole sources; `n` makes each clip another one. */
const SOUNDS: Readonly<Record<string, (n: number) => string>> = {
  'white noise': (n) => noise('white', n),
  'pink noise': (n) => noise('pink', n),
  'brown noise': (n) => noise('brown', n),
  'blue noise': (n) => noise('blue', n),
  'violet noise': (n) => noise('violet', n),
  'velvet noise': (n) => noise('velvet', n),
  silence: () => 'anullsrc=r=16000:cl=mono',
  'room tone': (n) => `${noise('brown', n, 0.01)},lowpass=f=${300 + 20 * n}`,
  wind: (n) => `${noise('pink', n, 0.5)},tremolo=f=${(0.2 + n * 0.03).toFixed(2)}:d=0.9,lowpass=f=600`,
  rain: (n) => `${noise('white', n, 0.2)},highpass=f=${1500 + 100 * n}`,
  traffic: (n) => `${noise('brown', n, 0.7)},bandpass=f=${120 + 15 * n}:w=200,tremolo=f=0.3:d=0.6`,
  'crowd of noise': (n) => `${noise('pink', n, 0.6)},bandpass=f=${500 + 40 * n}:w=800,tremolo=f=${3 + (n % 5)}:d=0.7`,
  'mains hum': (n) => tone(`0.2*sin(2*PI*${n % 2 ? 50 : 60}*t)+0.1*sin(2*PI*${n % 2 ? 150 : 180}*t)+0.05*sin(2*PI*${n % 2 ? 350 : 420}*t)`),
  'one tone': (n) => tone(`0.3*sin(2*PI*${110 + 45 * n}*t)`),
  'two tones': (n) => tone(`0.2*sin(2*PI*${200 + 20 * n}*t)+0.2*sin(2*PI*${297 + 23 * n}*t)`),
  sweep: (n) => tone(`0.3*sin(2*PI*(${80 + 10 * n}+${40 + 9 * n}*t)*t)`),
  siren: (n) => tone(`0.3*sin(2*PI*700*t+${150 + 10 * n}*sin(2*PI*${(0.3 + n * 0.05).toFixed(2)}*t))`),
  beeps: (n) => tone(`0.4*sin(2*PI*${600 + 40 * n}*t)*lt(mod(t,${(0.4 + n * 0.05).toFixed(2)}),0.12)`),
  clicks: (n) => tone(`0.8*lt(mod(t,${(0.15 + n * 0.06).toFixed(2)}),0.001)`),
  knocks: (n) => tone(`0.9*exp(-40*mod(t,${(0.5 + n * 0.07).toFixed(2)}))*sin(2*PI*${90 + 8 * n}*t)`),
  engine: (n) => tone(`0.3*(mod(t*${28 + 3 * n},1)-0.5)*(1+0.3*sin(2*PI*${1 + (n % 4)}*t))`),
  birds: (n) =>
    tone(`0.3*sin(2*PI*(2500+${400 + 30 * n}*sin(2*PI*${6 + (n % 7)}*t))*t)*gt(sin(2*PI*${(0.7 + n * 0.05).toFixed(2)}*t),0.3)`),
  melody: (n) => tone(`0.3*sin(2*PI*220*t)*(1+sin(2*PI*${1 + (n % 4)}*t))+0.2*sin(2*PI*(330+${30 + 3 * n}*sin(2*PI*3*t))*t)`),
  arpeggio: (n) => tone(`0.4*exp(-3*mod(t,0.4))*sin(2*PI*${220 + 5 * n}*pow(2,mod(floor(t/0.4)*${3 + (n % 4)},12)/12)*t)`),
  chords: (n) => tone([0, 4, 7].map((step) => `0.15*exp(-mod(t,2))*sin(2*PI*${150 + 7 * n}*pow(2,${step}/12)*t)`).join('+'))
};

const noise = (color: string, n: number, amplitude = 0.05 + 0.04 * (n % 12)) =>
  `anoisesrc=r=16000:color=${color}:seed=${n + 1}:amplitude=${amplitude.toFixed(2)}`;
const tone = (expression: string) => `aevalsrc=exprs='${expression}':s=16000`;

export type Clip = { sound: string; file: string };

/** `each` clips of every sound, each of `seconds`, as 16 kHz mono WAV in `folder`. */
export async function nonSpeechClips(folder: string, each: number, seconds: number): Promise<Clip[]> {
  const clips: Clip[] = [];
  for (const [sound, source] of Object.entries(SOUNDS)) {
    for (let n = 0; n < each; n++) {
      const file = path.join(folder, `${clips.length}.wav`);
      await run('ffmpeg', [
        '-nostdin',
        '-v',
        'error',
        '-f',
        'lavfi',
        '-i',
        source(n),
        '-t',
        String(seconds),
        '-ac',
        '1',
        '-ar',
        '16000',
        file
      ]);
      clips.push({ sound, file });
    }
  }
  return clips;
}

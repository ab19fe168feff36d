import { FFmpeg, FFFSType } from '@ffmpeg/ffmpeg';
import coreURL from '@ffmpeg/core?url';
import wasmURL from '@ffmpeg/core/wasm?url';
import type { Facts } from './prepare.ts';

const FOLDER = '/in';
const FILE = 'recording';

/** In one thread a picture takes longer than the recording: above this only the sound is made (bytes). */
const PICTURE_UP_TO = 60_000_000;

/** No hidden detail of the original comes along, nor one of the maker (R29). */
const BARE = '-map_metadata -1 -map_metadata:s -1 -map_chapters -1 -fflags +bitexact -flags:v +bitexact -flags:a +bitexact'.split(' ');

/** Runs ffmpeg (single-thread core, from this archive) on a file that is read from where it lies. */
async function withFfmpeg<T>(file: Blob, signal: AbortSignal, work: (ffmpeg: FFmpeg, input: string) => Promise<T>): Promise<T> {
  const ffmpeg = new FFmpeg();
  const stop = () => ffmpeg.terminate();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await ffmpeg.load({ coreURL, wasmURL });
    await ffmpeg.createDir(FOLDER);
    await ffmpeg.mount(FFFSType.WORKERFS, { blobs: [{ name: FILE, data: file }] }, FOLDER);
    return await work(ffmpeg, `${FOLDER}/${FILE}`);
  } finally {
    signal.removeEventListener('abort', stop);
    ffmpeg.terminate();
  }
}

/** @throws Error when ffmpeg finds no stream in it */
export async function factsWithFfmpeg(file: Blob, signal: AbortSignal): Promise<Facts> {
  return withFfmpeg(file, signal, async (ffmpeg, input) => {
    const ask = '-v error -show_entries format=duration:stream=codec_type -of json -o facts.json';
    await ffmpeg.ffprobe([...ask.split(' '), input]);
    const said = JSON.parse((await ffmpeg.readFile('facts.json', 'utf8')) as string) as {
      format?: { duration?: string };
      streams?: { codec_type: string }[];
    };
    const has = (type: string) => said.streams?.some(({ codec_type }) => codec_type === type) ?? false;
    if (!has('video') && !has('audio')) throw new Error('nothing in it');
    return { seconds: Number(said.format?.duration) || null, hasPicture: has('video'), hasSound: has('audio'), by: 'ffmpeg' };
  });
}

export async function playableWithFfmpeg(
  file: Blob,
  { hasPicture, hasSound }: Facts,
  onPart: (part: number) => void,
  signal: AbortSignal
): Promise<Blob> {
  const withPicture = hasPicture && (file.size <= PICTURE_UP_TO || !hasSound);
  const [name, type, how] = withPicture
    ? ['out.mp4', 'video/mp4', '-vf scale=-2:min(ih\\,240) -r 12 -c:v libx264 -preset ultrafast -crf 30 -c:a aac -ac 1 -b:a 48k']
    : ['out.ogg', 'audio/ogg', '-vn -ac 1 -ar 16000 -c:a libopus -b:a 24k'];
  return withFfmpeg(file, signal, async (ffmpeg, input) => {
    ffmpeg.on('progress', ({ progress }) => onPart(Math.min(1, Math.max(0, progress))));
    const code = await ffmpeg.exec(['-i', input, ...how!.split(' '), ...BARE, name!]);
    const made = (await ffmpeg.readFile(name!)) as Uint8Array<ArrayBuffer>;
    if (code !== 0 || !made.length) throw new Error('cannot be made here');
    return new Blob([made], { type });
  });
}

import type * as Mediabunny from 'mediabunny';
import type { Input } from 'mediabunny';

/**
 * What a page can find out about a recording and make of it, without it leaving the phone. Mediabunny reads what browsers record and
 * most of what phones do; ffmpeg reads the rest (AVI, AMR …). Both are loaded only when this file is.
 */
export type Facts = { seconds: number | null; hasPicture: boolean; hasSound: boolean; by: 'mediabunny' | 'ffmpeg' };

/** Above this the light copy is made small instead of being copied: it is held in memory (bytes). */
const COPY_UP_TO = 200_000_000;
const LIGHT = { height: 360, pictureBits: 400_000, soundBits: 32_000, soundRate: 16_000 } as const;

/** Reads a recording with mediabunny, and lets go of it. */
async function reading<T>(file: Blob, work: (input: Input, bunny: typeof Mediabunny) => Promise<T>): Promise<T> {
  const bunny = await import('mediabunny');
  const input = new bunny.Input({ source: new bunny.BlobSource(file), formats: bunny.ALL_FORMATS });
  try {
    return await work(input, bunny);
  } finally {
    input.dispose();
  }
}

/**
 * What is in it.
 * @throws Error when nothing here can read it: truncated, encrypted, or no media at all
 */
export async function factsOf(file: Blob, signal: AbortSignal): Promise<Facts> {
  return reading(file, async (input) => {
    if (!(await input.canRead())) return (await import('./prepare-with-ffmpeg.ts')).factsWithFfmpeg(file, signal);
    const [picture, sound] = [await input.getPrimaryVideoTrack(), await input.getPrimaryAudioTrack()];
    if (!picture && !sound) throw new Error('nothing in it');
    // Read from the packets: a recording that was cut off says nothing of its length, or something wrong.
    const seconds = await input.computeDuration();
    return { seconds: Number.isFinite(seconds) ? seconds : null, hasPicture: picture !== null, hasSound: sound !== null, by: 'mediabunny' };
  });
}

/**
 * A light copy to hear and see before handing over: with a length and an index, without tags, place or device.
 *
 * @param onPart how much is done, 0 to 1
 * @throws Error when it cannot be made here
 */
export async function playable(file: Blob, facts: Facts, onPart: (part: number) => void, signal: AbortSignal): Promise<Blob> {
  if (facts.by === 'ffmpeg') return (await import('./prepare-with-ffmpeg.ts')).playableWithFfmpeg(file, facts, onPart, signal);
  return reading(file, async (input, { BufferTarget, Conversion, Mp4OutputFormat, Output, Quality, WebMOutputFormat }) => {
    const codec = await (await input.getPrimaryVideoTrack())?.getCodec();
    const isWebm = !facts.hasPicture || codec === 'vp8' || codec === 'vp9' || codec === 'av1';
    const target = new BufferTarget();
    const conversion = await Conversion.init({
      input,
      output: new Output({ format: isWebm ? new WebMOutputFormat() : new Mp4OutputFormat({ fastStart: 'in-memory' }), target }),
      tracks: 'primary',
      // Otherwise title, artist and place are copied along (R29).
      tags: {},
      showWarnings: false,
      ...(facts.hasPicture
        ? file.size > COPY_UP_TO && { video: { height: LIGHT.height, quality: new Quality({ bitrate: LIGHT.pictureBits }) } }
        : {
            audio: {
              codec: 'opus' as const,
              numberOfChannels: 1,
              sampleRate: LIGHT.soundRate,
              quality: new Quality({ bitrate: LIGHT.soundBits })
            }
          })
    });
    if (!conversion.isValid) throw new Error('cannot be made here');
    conversion.onProgress = onPart;
    signal.addEventListener('abort', () => void conversion.cancel(), { once: true });
    await conversion.execute();
    return new Blob([target.buffer!], { type: `${facts.hasPicture ? 'video' : 'audio'}/${isWebm ? 'webm' : 'mp4'}` });
  });
}

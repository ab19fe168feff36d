import { writeFile } from 'node:fs/promises';
import { checkClean } from './check-clean.server.ts';
import { NO_TRACES } from './no-traces.ts';
import { loudnessIn, peakCollector, PEAKS_RATE, type Peaks } from './peaks.ts';
import { READ_NOTHING_ELSE, type MediaFacts } from './probe.server.ts';
import { runMediaTool } from './run-media-tool.server.ts';

/** A file that was made, where it lies for now, and what it is. */
export type Made<Kind extends string> = { kind: Kind; file: string; mediaType: string; durationMs: number };

export type RenditionRun = {
  /** The recording as received. */
  file: string;
  facts: MediaFacts;
  /** An empty folder of the caller's. */
  folder: string;
  signal: AbortSignal;
  /** 0 to 1. */
  onProgress?: (share: number) => void;
};

const DESK_LINES = 480;
const MOST_FRAMES = 30;
const LEAST_CPU_SECONDS = 300;
/** x264 veryfast on a slow core, for every second of the recording. */
const CPU_SECONDS_A_SECOND = 12;

/** The desk's copies of a recording: a light one to play, the sound for the transcriber, and the drawn loudness; read in one pass. */
export async function makeRenditions(
  run: RenditionRun
): Promise<[Made<'light_video' | 'light_audio'>, Made<'speech_audio'>, Made<'peaks'>]> {
  const { facts, folder, signal } = run;
  const light = `${folder}/light`;
  const speech = `${folder}/speech`;
  const collector = peakCollector();

  const { stderr } = await runMediaTool({
    tool: 'ffmpeg',
    inputs: [run.file],
    outputs: [light, speech],
    args: ({ inputs: [input], outputs: [lightOut, speechOut] }) => [
      ...['-nostdin', '-hide_banner', '-nostats', '-v', 'info', '-y', ...READ_NOTHING_ELSE, ...KEEP_FILTERS, '-i', input!],
      ...['-filter_complex', deskGraph(facts)],
      ...(facts.video ? ['-map', '[picture]', ...videoCoding(28)] : []),
      ...['-map', '[played]', ...soundCoding('64k'), '-movflags', '+faststart', ...NO_TRACES, '-f', 'mp4', lightOut!],
      ...['-map', '[speech]', '-c:a', 'flac', '-ar', '16000', '-ac', '1', ...NO_TRACES, '-f', 'flac', speechOut!],
      ...['-map', '[drawn]', '-c:a', 'pcm_s16le', '-f', 's16le', 'pipe:1']
    ],
    signal,
    limits: timeFor(facts.durationMs),
    onOutput: collector.take,
    onProgress: (madeMs) => run.onProgress?.(Math.min(1, madeMs / facts.durationMs))
  });
  await checkClean(light, signal);
  await checkClean(speech, signal);

  const { durationMs } = facts;
  const kind = facts.video ? 'light_video' : 'light_audio';
  const peaks = await writePeaks(`${folder}/peaks`, { peaks: collector.peaks(), loudness: loudnessIn(stderr) });
  return [
    { kind, file: light, mediaType: facts.video ? 'video/mp4' : 'audio/mp4', durationMs },
    { kind: 'speech_audio', file: speech, mediaType: 'audio/flac', durationMs },
    { kind: 'peaks', file: peaks, mediaType: 'application/json', durationMs }
  ];
}

function deskGraph({ video }: MediaFacts): string {
  // Sound that begins late or has gaps is filled with silence, so that times mean the same in every copy.
  const sound =
    `[0:a:0]aresample=48000:async=1:first_pts=0,aformat=channel_layouts=mono,asplit=3[played][forSpeech][forPeaks];` +
    `[forSpeech]aresample=16000,aformat=sample_fmts=s16[speech];[forPeaks]ebur128=framelog=verbose,aresample=${PEAKS_RATE},aformat=sample_fmts=s16[drawn]`;
  return video ? `[0:V:0]${picture(DESK_LINES, video)}[picture];${sound}` : sound;
}

/**
 * Scaled down (never up) until its shorter side has at most `lines`, at a steady rate. The size is written out: a recording whose
 * size changes on the way (a phone turned round) must not change ours, or a blur would no longer cover the picture.
 */
export function picture(lines: number, video: NonNullable<MediaFacts['video']>): string {
  const { width, height } = scaledTo(lines, video);
  return `scale=${width}:${height},setsar=1,fps=${steadyRate(video.frameRate)},format=yuv420p`;
}

/** Even, as encoders want it. */
export function scaledTo(lines: number, { width, height }: NonNullable<MediaFacts['video']>): { width: number; height: number } {
  const even = (points: number) => Math.max(2, Math.round(points / 2) * 2);
  const share = Math.min(1, lines / Math.min(width, height));
  return { width: even(width * share), height: even(height * share) };
}

/** Given to ffmpeg before the input: filters go on where the picture's size changes, instead of beginning anew at time 0. */
export const KEEP_FILTERS: readonly string[] = ['-reinit_filter:v', '0'];

/** Frames a second of what we make; screen and phone recordings say 1,000 or 0 of themselves. */
export function steadyRate(frameRate: number): number {
  return Math.min(MOST_FRAMES, Math.max(5, Math.round(frameRate)));
}

export function videoCoding(crf: number): string[] {
  return ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', String(crf), '-g', '60', '-threads', '2'];
}

export function soundCoding(rate: string): string[] {
  return ['-c:a', 'aac', '-b:a', rate, '-ar', '48000', '-ac', '1'];
}

export function timeFor(durationMs: number): { cpuSeconds: number; wallSeconds: number } {
  const cpuSeconds = LEAST_CPU_SECONDS + (CPU_SECONDS_A_SECOND * durationMs) / 1_000;
  return { cpuSeconds, wallSeconds: cpuSeconds * 2 };
}

/** The drawn loudness of a file that we made. */
export async function measurePeaks(file: string, into: string, signal: AbortSignal): Promise<string> {
  const collector = peakCollector();
  const { stderr } = await runMediaTool({
    tool: 'ffmpeg',
    inputs: [file],
    args: ({ inputs }) => [
      ...['-nostdin', '-hide_banner', '-nostats', '-v', 'info', '-i', inputs[0]!, '-map', '0:a:0'],
      ...[
        '-af',
        `aresample=48000:async=1:first_pts=0,ebur128=framelog=verbose,aresample=${PEAKS_RATE},aformat=sample_fmts=s16:channel_layouts=mono`
      ],
      ...['-c:a', 'pcm_s16le', '-f', 's16le', 'pipe:1']
    ],
    signal,
    onOutput: collector.take
  });
  return writePeaks(into, { peaks: collector.peaks(), loudness: loudnessIn(stderr) });
}

async function writePeaks(file: string, peaks: Peaks): Promise<string> {
  await writeFile(file, JSON.stringify(peaks), { mode: 0o600 });
  return file;
}

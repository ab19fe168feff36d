import { stat } from 'node:fs/promises';
import * as v from 'valibot';
import { MediaRefused } from './refusals.ts';
import { MediaToolError, runMediaTool } from './run-media-tool.server.ts';

export type MediaFacts = {
  kind: 'video' | 'audio';
  mediaType: string;
  /** What can be played, measured; not what the file says of itself. */
  durationMs: number;
  /** As displayed: turned upright. `frameRate` per second. */
  video: { width: number; height: number; frameRate: number } | null;
};

/** Nobody tells for longer in one file; past that it is a mistake, or made to keep us busy. */
const LONGEST_MS = 12 * 3_600_000;
/** How much sooner than it says a sound file may end: rounding, a last packet. */
const TOLERATED_MS = 2_000;
const TOLERATED_SHARE = 0.02;

/**
 * Containers that are read at all. Playlists, images, text and everything that names other files are not among them.
 * The first name is ffmpeg's, the second the media type's ending.
 */
const CONTAINERS: readonly (readonly [string, string])[] = [
  ['mp4', 'mp4'],
  ['webm', 'webm'],
  ['ogg', 'ogg'],
  ['wav', 'wav'],
  ['mp3', 'mpeg'],
  ['flac', 'flac'],
  ['aac', 'aac'],
  ['amr', 'amr'],
  ['caf', 'x-caf'],
  ['aiff', 'aiff'],
  ['w64', 'x-w64'],
  ['avi', 'x-msvideo'],
  ['asf', 'x-ms-asf'],
  ['mpegts', 'mp2t'],
  ['mpeg', 'mpeg'],
  ['flv', 'x-flv']
];

/** Put before every `-i` of a file that came from outside. */
export const READ_NOTHING_ELSE: readonly string[] = [
  '-protocol_whitelist',
  'file',
  '-format_whitelist',
  CONTAINERS.map(([name]) => name).join(',')
];

const Seconds = v.optional(
  v.pipe(
    v.string(),
    v.transform(Number),
    v.check((seconds) => Number.isFinite(seconds))
  )
);
const SideData = v.optional(v.array(v.looseObject({ side_data_type: v.optional(v.string()), rotation: v.optional(v.number()) })), []);
const Probed = v.object({
  /** The first few: a file can be encrypted without its streams saying so. */
  packets: v.optional(v.array(v.object({ side_data_list: SideData })), []),
  format: v.object({ format_name: v.string(), duration: Seconds }),
  streams: v.array(
    v.object({
      codec_type: v.optional(v.string()),
      codec_name: v.optional(v.string()),
      width: v.optional(v.number()),
      height: v.optional(v.number()),
      avg_frame_rate: v.optional(v.string()),
      sample_aspect_ratio: v.optional(v.string()),
      disposition: v.optional(v.object({ attached_pic: v.optional(v.number()) })),
      side_data_list: SideData
    })
  )
});
type Probed = v.InferOutput<typeof Probed>;
type ProbedStream = Probed['streams'][number];

/**
 * What a file from outside really is.
 * @throws MediaRefused `file_incomplete` (empty, cut off), `not_media` (also: another kind of file under a media name), `encrypted`,
 *   `no_sound`, `too_long` (also endless)
 */
export async function probeMedia(file: string, signal: AbortSignal): Promise<MediaFacts> {
  if ((await stat(file)).size === 0) throw new MediaRefused('file_incomplete');
  const { format, streams, packets } = await look(file, signal);
  if ([...streams, ...packets].some(isEncrypted)) throw new MediaRefused('encrypted');
  const sound = streams.find((stream) => stream.codec_type === 'audio' && stream.codec_name);
  if (!sound) throw new MediaRefused(streams.some(isPicture) ? 'no_sound' : 'not_media');
  if ((format.duration ?? 0) * 1_000 > LONGEST_MS) throw new MediaRefused('too_long');

  const playable = await playableMs(file, signal);
  if (playable > LONGEST_MS) throw new MediaRefused('too_long');
  const promised = Math.round((format.duration ?? 0) * 1_000);
  if (playable <= 0 || promised - playable > Math.max(TOLERATED_MS, promised * TOLERATED_SHARE)) throw new MediaRefused('file_incomplete');

  const picture = streams.find(isPicture);
  const kind = picture ? 'video' : 'audio';
  const names = format.format_name.split(',');
  const ending = CONTAINERS.find(([name]) => names.includes(name))?.[1] ?? 'mp4';
  // What is measured ends where the last packet begins.
  const durationMs = Math.max(playable, promised);
  return { kind, mediaType: `${kind}/${ending}`, durationMs, video: picture ? displayed(picture) : null };
}

async function look(file: string, signal: AbortSignal): Promise<Probed> {
  const { stdout } = await refusing(() =>
    runMediaTool({
      tool: 'ffprobe',
      inputs: [file],
      args: ({ inputs }) => [
        ...['-v', 'error', ...READ_NOTHING_ELSE, '-of', 'json', '-show_format', '-show_streams'],
        ...['-show_packets', '-read_intervals', '%+#8', inputs[0]!]
      ],
      signal,
      limits: { cpuSeconds: 120, wallSeconds: 300 }
    })
  );
  const parsed = v.safeParse(Probed, JSON.parse(stdout.toString('utf8')));
  if (!parsed.success) throw new MediaRefused('not_media');
  return parsed.output;
}

/** Reads every packet without decoding: MediaRecorder writes no duration, and a file that was cut off promises more than it has. */
async function playableMs(file: string, signal: AbortSignal): Promise<number> {
  let reached = 0;
  await refusing(() =>
    runMediaTool({
      tool: 'ffmpeg',
      inputs: [file],
      args: ({ inputs }) => [
        ...['-nostdin', '-v', 'error', ...READ_NOTHING_ELSE, '-i', inputs[0]!],
        ...['-map', '0:a:0', '-map', '0:V:0?', '-c', 'copy', '-f', 'null', '-']
      ],
      signal,
      limits: { cpuSeconds: 600, wallSeconds: 1_800 },
      onProgress: (ms) => (reached = Math.max(reached, ms))
    })
  );
  return Math.round(reached);
}

async function refusing<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof MediaToolError) || error.code === 'tool_missing') throw error;
    if (error.code !== 'tool_failed') throw new MediaRefused('too_heavy');
    const cutOff = /moov atom not found|end of file|truncat|partial file|error reading header/i.test(error.said);
    throw new MediaRefused(cutOff ? 'file_incomplete' : 'not_media');
  }
}

/** The cover picture of a sound file is no video. */
function isPicture(stream: ProbedStream): boolean {
  return stream.codec_type === 'video' && stream.disposition?.attached_pic !== 1 && !!stream.codec_name && !!stream.width;
}

function isEncrypted({ side_data_list }: Pick<ProbedStream, 'side_data_list'>): boolean {
  return side_data_list.some((data) => /encryption/i.test(data.side_data_type ?? ''));
}

function displayed(picture: ProbedStream): NonNullable<MediaFacts['video']> {
  const turned = picture.side_data_list.some((data) => Math.abs(data.rotation ?? 0) % 180 === 90);
  const width = Math.round(picture.width! * quotient(picture.sample_aspect_ratio?.replace(':', '/'), 1));
  const height = picture.height!;
  const frameRate = quotient(picture.avg_frame_rate, 25);
  return turned ? { width: height, height: width, frameRate } : { width, height, frameRate };
}

/** "30000/1001" as a number; `otherwise` where a file says nothing, or nothing sensible. */
function quotient(text: string | undefined, otherwise: number): number {
  const [over, under] = (text ?? '').split('/').map(Number);
  return over && under ? over / under : otherwise;
}

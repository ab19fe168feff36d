import { randomInt } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { checkClean } from './check-clean.server.ts';
import { joined, timeMap, type Edit, type Range, type TimeMap } from './edit-times.ts';
import { NO_TRACES } from './no-traces.ts';
import { READ_NOTHING_ELSE, type MediaFacts } from './probe.server.ts';
import { KEEP_FILTERS, picture, scaledTo, soundCoding, steadyRate, timeFor, videoCoding, type Made } from './renditions.server.ts';
import { runMediaTool } from './run-media-tool.server.ts';

/** What holds for the whole recording, beside the edits of ranges. */
export type Disguise = { audioOnly: boolean; disguiseVoice: boolean; blurPicture: boolean };

export type PublicRun = {
  /** The recording as received: what is public is made from nothing else. */
  file: string;
  facts: MediaFacts;
  edits: readonly Edit[];
  disguise: Disguise;
  /** An empty folder of the caller's. */
  folder: string;
  signal: AbortSignal;
  /** 0 to 1. */
  onProgress?: (share: number) => void;
};

const PUBLIC_LINES = 720;
/** A millisecond of sound: the filters look at whole frames, and edits are in milliseconds. */
const SOUND_FRAME = 48;
/** Half a frame, so that a start that is written in decimals and one that is counted in samples are the same. */
const HAIR = 0.0005;
/** What is left of a blurred picture: this many points across its shorter side. Not a filter that could be turned back. */
const BLURRED_TO = 14;
const TONE_HERTZ = 440;

/**
 * Makes what the public sees and hears, by re-encoding: cuts take time away, mutes and tones the voice, blurs the picture. Nothing
 * outside of what stays is in the file.
 * @returns the file, and which time of the recording stands where in it
 * @throws MediaToolError, NotClean; Error when the edits leave nothing
 */
export async function renderPublic(run: PublicRun): Promise<Made<'public_video' | 'public_audio'> & { map: TimeMap }> {
  const { facts, folder, signal } = run;
  const map = timeMap(run.edits, facts.durationMs);
  if (map.lengthMs <= 0) throw new Error('the edits leave nothing');
  const shown = run.disguise.audioOnly ? null : facts.video;
  const file = `${folder}/public`;
  const graph = `${folder}/graph`;
  const pitches = `${folder}/pitches`;
  await writeFile(pitches, run.disguise.disguiseVoice ? wanderingPitch(facts.durationMs) : '', { mode: 0o644 });
  await writeFile(graph, '', { mode: 0o644 });

  await runMediaTool({
    tool: 'ffmpeg',
    inputs: [run.file, graph, pitches],
    outputs: [file],
    args: ({ inputs: [input, graphIn, pitchesIn], outputs: [output] }) => {
      // The graph names the open file of the pitches, which is known only here; thousands of edits are too long for an argument.
      writeFileSync(graph, publicGraph({ ...run, shown, pitches: pitchesIn! }));
      return [
        ...['-nostdin', '-v', 'error', '-y', ...READ_NOTHING_ELSE, ...KEEP_FILTERS, '-i', input!, '-filter_complex_script', graphIn!],
        ...(shown ? ['-map', '[picture]', ...videoCoding(26)] : []),
        ...['-map', '[sound]', ...soundCoding('96k'), '-movflags', '+faststart', ...NO_TRACES, '-f', 'mp4', output!]
      ];
    },
    signal,
    limits: timeFor(facts.durationMs),
    onProgress: (madeMs) => run.onProgress?.(Math.min(1, madeMs / map.lengthMs))
  });
  await checkClean(file, signal);
  const durationMs = Math.round(map.lengthMs);
  return shown
    ? { kind: 'public_video', file, mediaType: 'video/mp4', durationMs, map }
    : { kind: 'public_audio', file, mediaType: 'audio/mp4', durationMs, map };
}

type Graph = Pick<PublicRun, 'edits' | 'disguise' | 'facts'> & { shown: MediaFacts['video']; pitches: string };

function publicGraph(graph: Graph): string {
  const parts = [soundGraph(graph)];
  if (graph.shown) parts.push(pictureGraph(graph, graph.shown));
  return parts.join(';\n');
}

/** Muted, cut and toned ranges are silent before anything else is done, so that no filter can carry a rest of them elsewhere. */
function soundGraph({ edits, disguise, facts, pitches }: Graph): string {
  const of = (...treatments: Edit['treatment'][]) =>
    joined(
      edits.filter(({ treatment }) => treatments.includes(treatment)),
      facts.durationMs
    );
  const away = of('cut', 'mute', 'tone');
  const cuts = of('cut');
  const tones = of('tone');
  const cut = cuts.length ? `,aselect='not(${within(cuts)})',asetpts=N/SR/TB` : '';
  const exact = `asetnsamples=n=${SOUND_FRAME}:p=0`;

  const voice =
    `[0:a:0]aresample=48000:async=1:first_pts=0,aformat=sample_fmts=fltp:channel_layouts=mono,${exact}` +
    (away.length ? `,volume=volume=0:enable='${within(away)}'` : '') +
    (disguise.disguiseVoice ? `,asendcmd=f=${pitches},rubberband=pitch=1:formant=shifted:pitchq=quality,asetpts=N/SR/TB,${exact}` : '');
  if (!tones.length) return `${voice}${cut}[sound]`;
  return (
    `${voice}[voice];` +
    `sine=frequency=${TONE_HERTZ}:sample_rate=48000,aformat=sample_fmts=fltp:channel_layouts=mono,${exact},` +
    `volume=volume=0:enable='not(${within(tones)})'[tone];` +
    `[voice][tone]amix=inputs=2:duration=first:normalize=0,${exact}${cut}[sound]`
  );
}

/** A picture stands until the next: where an edit begins or ends between two, the earlier or later one is treated as well. */
function pictureGraph({ edits, disguise, facts }: Graph, shown: NonNullable<MediaFacts['video']>): string {
  const frameMs = Math.ceil(1_000 / steadyRate(shown.frameRate));
  const of = (treatment: Edit['treatment']) =>
    joined(
      edits.filter((edit) => edit.treatment === treatment),
      facts.durationMs
    );
  const wider = (ranges: readonly Range[]) =>
    joined(ranges.map(({ startMs, endMs }) => ({ startMs: startMs - frameMs, endMs: endMs + frameMs })));
  const cuts = of('cut');
  const blurs = of('blur');

  const steady = `[0:V:0]${picture(PUBLIC_LINES, shown)}`;
  const tiny = scaledTo(BLURRED_TO, shown);
  const { width, height } = scaledTo(PUBLIC_LINES, shown);
  const destroyed = `scale=${tiny.width}:${tiny.height}:flags=area,scale=${width}:${height}:flags=bicubic,setsar=1`;
  const blurred = disguise.blurPicture
    ? `${steady},${destroyed}`
    : blurs.length
      ? `${steady},split[plain][again];[again]${destroyed}[destroyed];[plain][destroyed]overlay=enable='${within(wider(blurs))}'`
      : steady;
  if (!cuts.length) return `${blurred},format=yuv420p[picture]`;

  return (
    `${blurred},select='not(${within(wider(cuts))})',setpts='PTS-(${cutBefore(cuts)})/TB',` +
    `fps=${steadyRate(shown.frameRate)},format=yuv420p[picture]`
  );
}

const seconds = (ms: number) => Math.max(-1, ms / 1_000 - HAIR).toFixed(4);

/** 1 inside any of the ranges, which are in order and apart. Halved, not added up: ffmpeg refuses long sums, and evaluates this often. */
function within(ranges: readonly Range[]): string {
  if (ranges.length === 1) return `gte(t,${seconds(ranges[0]!.startMs)})*lt(t,${seconds(ranges[0]!.endMs)})`;
  const middle = ranges.length >> 1;
  return `if(lt(t,${seconds(ranges[middle]!.startMs)}),${within(ranges.slice(0, middle))},${within(ranges.slice(middle))})`;
}

/** Seconds that were cut away before the time T. */
function cutBefore(cuts: readonly Range[], before = 0): string {
  if (!cuts.length) return (before / 1_000).toFixed(3);
  const middle = cuts.length >> 1;
  const earlier = cuts.slice(0, middle);
  const after = [...earlier, cuts[middle]!].reduce((sum, { startMs, endMs }) => sum + endMs - startMs, before);
  return `if(lt(T,${seconds(cuts[middle]!.endMs)}),${cutBefore(earlier, before)},${cutBefore(cuts.slice(middle + 1), after)})`;
}

const PITCH_LASTS_MS = [500, 1_600] as const;

/**
 * Commands that let the pitch wander about a distance chosen at random, so that no single number undoes it. A disguise, not
 * anonymity: rhythm, accent and words remain.
 */
function wanderingPitch(durationMs: number): string {
  const centre = randomInt(2) ? 0.76 : 1.3;
  let pitch = centre * (0.97 + randomInt(60) / 1_000);
  const commands: string[] = [];
  for (let ms = 0; ms < durationMs; ms += randomInt(...PITCH_LASTS_MS)) {
    const step = (randomInt(81) - 40) / 1_000;
    pitch = Math.min(centre * 1.06, Math.max(centre * 0.94, pitch * (1 + step)));
    commands.push(`${(ms / 1_000).toFixed(3)} rubberband pitch ${pitch.toFixed(4)};`);
  }
  return commands.join('\n');
}

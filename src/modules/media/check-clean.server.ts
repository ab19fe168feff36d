import { open } from 'node:fs/promises';
import * as v from 'valibot';
import { runMediaTool } from './run-media-tool.server.ts';

/** A derivative that still says where it comes from: it is thrown away. `tag` is a tag's name, never its value. */
export class NotClean extends Error {
  override readonly name = 'NotClean';
  readonly code = 'not_clean';
  readonly tag: string;

  constructor(tag: string) {
    super(`not clean: ${tag}`);
    this.tag = tag;
  }
}

/** What our own muxers write, the same into every file. */
const OURS: Readonly<Record<string, RegExp>> = {
  major_brand: /^(isom|M4A )$/,
  minor_version: /^\d{1,4}$/,
  compatible_brands: /^[A-Za-z0-9 ]+$/,
  language: /^und$/,
  handler_name: /^(VideoHandler|SoundHandler)$/,
  vendor_id: /^\[0\]\[0\]\[0\]\[0\]$/,
  encoder: /^Lavc (libx264|aac|flac|pcm_s16le)$/,
  duration: /^[\d:.]+$/
};

/** Blocks in which cameras and phones hide things that ffmpeg does not show as tags. */
const HIDING_PLACES = [
  'Exif\0\0',
  '\u00a9xyz',
  '\u00a9mak',
  '\u00a9mod',
  'XMP_',
  '<x:xmpmeta',
  'com.apple.quicktime',
  'GPSLatitude',
  'uuid\u00be\u007a\u00cf\u00cb'
];
const SCANNED_BYTES = 4 * 1024 ** 2;

const Tags = v.optional(v.record(v.string(), v.string()), {});
const Probed = v.object({
  format: v.object({ tags: Tags }),
  streams: v.array(v.object({ codec_type: v.optional(v.string()), tags: Tags })),
  chapters: v.array(v.unknown()),
  programs: v.optional(v.array(v.unknown()), [])
});

/**
 * Makes sure that a file we made carries no EXIF, place, device, title or other foreign tag, no chapters, pictures or data (R29).
 * @throws NotClean
 */
export async function checkClean(file: string, signal: AbortSignal): Promise<void> {
  const { stdout } = await runMediaTool({
    tool: 'ffprobe',
    inputs: [file],
    args: ({ inputs }) => ['-v', 'error', '-of', 'json', '-show_format', '-show_streams', '-show_chapters', '-show_programs', inputs[0]!],
    signal,
    limits: { cpuSeconds: 60, wallSeconds: 120 }
  });
  const { format, streams, chapters, programs } = v.parse(Probed, JSON.parse(stdout.toString('utf8')));
  for (const [tag, value] of [format, ...streams].flatMap(({ tags }) => Object.entries(tags)))
    if (!OURS[tag.toLowerCase()]?.test(value)) throw new NotClean(tag.toLowerCase());
  const foreign = streams.find(({ codec_type }) => codec_type !== 'audio' && codec_type !== 'video');
  if (foreign) throw new NotClean('foreign_stream');
  if (chapters.length || programs.length) throw new NotClean('chapters');
  await checkEnds(file);
}

/** Headers stand at the beginning of a file or at its end. */
async function checkEnds(file: string): Promise<void> {
  const held = await open(file, 'r');
  try {
    const { size } = await held.stat();
    for (const position of new Set([0, Math.max(0, size - SCANNED_BYTES)])) {
      const { bytesRead, buffer } = await held.read(Buffer.alloc(Math.min(SCANNED_BYTES, size)), { position });
      const text = buffer.subarray(0, bytesRead).toString('latin1');
      const found = HIDING_PLACES.findIndex((place) => text.includes(place));
      if (found >= 0) throw new NotClean(`hidden_${found}`);
    }
  } finally {
    await held.close();
  }
}

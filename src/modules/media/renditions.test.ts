import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { framesOf, hertz, loudest, mediaFiles, samplesOf } from '#tests/support/media-files.ts';
import { checkClean } from './check-clean.server.ts';
import type { Edit } from './edit-times.ts';
import { probeMedia } from './probe.server.ts';
import { renderPublic, type Disguise } from './render-public.server.ts';
import { makeRenditions, measurePeaks } from './renditions.server.ts';
import { findSilences } from './silences.server.ts';

const files = await mediaFiles();
afterAll(() => files.remove());

// Encoding beside other tests on a small machine.
vi.setConfig({ testTimeout: 120_000 });
const signal = AbortSignal.timeout(600_000);
const ownFolder = () => mkdtemp(path.join(files.folder, 'made-'));
const H264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '250', '-c:a', 'aac'];
const NOTHING: Disguise = { audioOnly: false, disguiseVoice: false, blurPicture: false };

/** Ten seconds of blue with a 1,000 Hz tone; red, and 2,000 Hz, from 4 to 6 s: what is to go. */
const secret = () =>
  files.made(
    'secret.mp4',
    ...['-f', 'lavfi', '-i', 'color=blue:s=640x360:r=25:d=10', '-f', 'lavfi', '-i', 'color=red:s=640x360:r=25:d=10'],
    ...['-f', 'lavfi', '-i', "aevalsrc='0.5*sin(2*PI*t*if(between(t,4,6),2000,1000))':d=10:s=48000"],
    ...['-filter_complex', "[0][1]overlay=enable='gte(t,4)*lt(t,6)'", '-map', '2:a', ...H264]
  );

async function rendered(file: string, edits: Edit[], disguise: Partial<Disguise> = {}) {
  const facts = await probeMedia(file, signal);
  return renderPublic({ file, facts, edits, disguise: { ...NOTHING, ...disguise }, folder: await ownFolder(), signal });
}

const isRed = (frame: Uint8Array) => frame[0]! > 60;

describe('the public rendition', () => {
  it('R24 keeps no frame and no sound of what was cut', async () => {
    const { file, durationMs, map } = await rendered(await secret(), [{ startMs: 4_000, endMs: 6_000, treatment: 'cut' }]);
    expect((await framesOf(file)).filter(isRed)).toEqual([]);
    expect(Math.abs(durationMs - 8_000)).toBeLessThan(30);
    expect(map.toPublic(5_000)).toBeNull();
    expect(map.toPublic(7_000)).toBe(5_000);
    // Before, over and after the seam: only the tone that was allowed to stay.
    for (const from of [1_000, 3_950, 4_050, 7_000])
      expect(Math.abs(hertz(await samplesOf(file, from, from + 500)) - 1_000), `at ${from}`).toBeLessThan(15);
  });

  it('keeps no frame of a cut that begins and ends between two frames', async () => {
    const { file } = await rendered(await secret(), [{ startMs: 3_989, endMs: 6_013, treatment: 'cut' }]);
    expect((await framesOf(file)).filter(isRed)).toEqual([]);
  });

  it('R24 mutes to digital silence, from the first to the last millisecond', async () => {
    const { file } = await rendered(await secret(), [{ startMs: 4_000, endMs: 6_000, treatment: 'mute' }]);
    expect(loudest(await samplesOf(file, 4_030, 5_970))).toBe(0);
    // An encoder lets a neighbour's sound ring a little over the edge; what was muted is not in it.
    expect(loudest(await samplesOf(file, 4_000, 6_000))).toBeLessThan(1_500);
    expect(loudest(await samplesOf(file, 3_000, 3_900))).toBeGreaterThan(4_000);
  });

  it('lays a tone over what it silences', async () => {
    const { file } = await rendered(await secret(), [{ startMs: 4_000, endMs: 6_000, treatment: 'tone' }]);
    expect(Math.abs(hertz(await samplesOf(file, 4_100, 5_900)) - 440)).toBeLessThan(5);
    expect(Math.abs(hertz(await samplesOf(file, 6_100, 7_000)) - 1_000)).toBeLessThan(15);
  });

  it('leaves nothing but a few large patches of a blurred picture', async () => {
    // Fine stripes with a mean of grey: after the blur nothing of them may be left.
    const striped = await files.made(
      'striped.mp4',
      ...['-f', 'lavfi', '-i', "nullsrc=s=320x240:r=25:d=6,geq=lum='if(mod(X\\,8)-mod(X\\,4)\\,235\\,16)':cb=128:cr=128"],
      ...['-f', 'lavfi', '-i', 'sine=f=300:d=6', '-pix_fmt', 'yuv420p', ...H264]
    );
    const contrast = (frame: Uint8Array) => Math.max(...frame.slice(0, 960)) - Math.min(...frame.slice(0, 960));
    const { file } = await rendered(striped, [{ startMs: 2_000, endMs: 4_000, treatment: 'blur' }]);
    const frames = await framesOf(file, 320, 1);
    expect(frames.length).toBeGreaterThan(145);
    expect(contrast(frames[25]!)).toBeGreaterThan(150);
    for (const frame of frames.slice(50, 100)) expect(contrast(frame)).toBeLessThan(40);
    const all = await framesOf((await rendered(striped, [], { blurPicture: true })).file, 320, 1);
    for (const frame of all) expect(contrast(frame)).toBeLessThan(40);
  });

  it('is sound alone where only the voice is shown', async () => {
    const made = await rendered(await secret(), [], { audioOnly: true });
    expect(made).toMatchObject({ kind: 'public_audio', mediaType: 'audio/mp4' });
    expect(await probeMedia(made.file, signal)).toMatchObject({ kind: 'audio', video: null });
  });

  it('disguises a voice by no single factor, in time with the picture', async () => {
    const file = await files.made('voice.wav', '-f', 'lavfi', '-i', "aevalsrc='0.4*sin(2*PI*t*200)*gte(mod(t,2),1)':d=12:s=48000");
    const made = await rendered(file, [], { disguiseVoice: true });
    const pitches: number[] = [];
    for (const second of [1, 3, 5, 7, 9]) pitches.push(hertz(await samplesOf(made.file, second * 1_000 + 250, second * 1_000 + 750)));
    for (const pitch of pitches) expect(Math.abs(pitch / 200 - 1)).toBeGreaterThan(0.12);
    expect(new Set(pitches.map(Math.round)).size).toBeGreaterThan(2);
    expect(loudest(await samplesOf(made.file, 2_250, 2_750))).toBeLessThan(600);
  });

  it('covers, cuts and mutes a recording whose picture changes its size on the way', async () => {
    const vp8 = ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-g', '10'];
    const part = (name: string, size: string, colour: string) =>
      files.made(name, '-f', 'lavfi', '-i', `color=${colour}:s=${size}:r=25:d=4`, '-an', ...vp8);
    const parts = [
      await part('wide.webm', '640x360', 'blue'),
      await part('tall.webm', '360x640', 'red'),
      await part('wide2.webm', '640x360', 'blue')
    ];
    const list = path.join(files.folder, 'parts.txt');
    await writeFile(list, parts.map((file) => `file '${file}'`).join('\n'));
    const turned = await files.made(
      'turned.mkv',
      ...[
        '-f',
        'concat',
        '-safe',
        '0',
        '-i',
        list,
        '-f',
        'lavfi',
        '-i',
        'sine=f=1000:d=12',
        '-map',
        '0:v',
        '-map',
        '1:a',
        '-c:v',
        'copy',
        '-c:a',
        'libopus'
      ]
    );
    const edits: Edit[] = [
      { startMs: 4_000, endMs: 8_000, treatment: 'cut' },
      { startMs: 9_000, endMs: 10_000, treatment: 'mute' }
    ];
    const { file, durationMs } = await rendered(turned, edits);
    expect(Math.abs(durationMs - 8_000)).toBeLessThan(60);
    expect((await framesOf(file)).filter(isRed)).toEqual([]);
    expect(loudest(await samplesOf(file, 5_040, 5_960))).toBe(0);
    expect(loudest(await samplesOf(file, 3_500, 4_900))).toBeGreaterThan(1_000);
    // Blurred, the red part is covered from edge to edge: nothing of it is sharper than the rest.
    const blurred = await rendered(turned, [{ startMs: 3_000, endMs: 9_000, treatment: 'blur' }]);
    expect(await probeMedia(blurred.file, signal)).toMatchObject({ video: { width: 640, height: 360 } });
    expect((await framesOf(blurred.file)).filter(isRed).length).toBeGreaterThan(90);

    const desk = await makeRenditions({ file: turned, facts: await probeMedia(turned, signal), folder: await ownFolder(), signal });
    for (const { file: copy } of desk.slice(0, 2)) expect(Math.abs((await probeMedia(copy, signal)).durationMs - 12_000)).toBeLessThan(100);
  });

  it('carries out hundreds of edits, each at its time', async () => {
    const many = Array.from({ length: 300 }, (_, at): Edit => ({ startMs: 4_000 + at * 6, endMs: 4_003 + at * 6, treatment: 'tone' }));
    const cuts = Array.from({ length: 12 }, (_, at): Edit => ({ startMs: at * 300, endMs: at * 300 + 50, treatment: 'cut' }));
    const { file, durationMs, map } = await rendered(await secret(), [
      ...many,
      ...cuts,
      { startMs: 4_000, endMs: 6_000, treatment: 'cut' }
    ]);
    expect(durationMs).toBe(Math.round(map.lengthMs));
    expect(Math.abs((await probeMedia(file, signal)).durationMs - durationMs)).toBeLessThan(60);
    expect((await framesOf(file)).filter(isRed)).toEqual([]);
    expect(Math.abs(hertz(await samplesOf(file, 4_000, 6_000)) - 1_000)).toBeLessThan(15);
  });

  it('is not made where the edits leave nothing', async () => {
    await expect(rendered(await secret(), [{ startMs: 0, endMs: 60_000, treatment: 'cut' }])).rejects.toThrow('leave nothing');
  });
});

describe('R29 a derivative', () => {
  const tagged = () =>
    files.made(
      'tagged.mp4',
      ...['-f', 'lavfi', '-i', 'testsrc2=s=1280x720:r=30:d=3', '-f', 'lavfi', '-i', 'sine=f=300:d=3', ...H264],
      ...['-movflags', '+use_metadata_tags', '-metadata', 'title=Secret', '-metadata', 'location=+33.5138+036.2765/'],
      ...['-metadata', 'com.apple.quicktime.make=Phone', '-metadata', 'creation_time=2026-01-02T03:04:05Z']
    );

  it('is refused while it says where, when or with what it was recorded', async () => {
    await expect(checkClean(await tagged(), signal)).rejects.toMatchObject({ code: 'not_clean' });
    const chaptered = await files.made(
      'titled.m4a',
      '-f',
      'lavfi',
      '-i',
      'sine=d=1',
      '-metadata:s:a',
      'title=Her name',
      '-c:a',
      'aac',
      '-f',
      'matroska'
    );
    await expect(checkClean(chaptered, signal)).rejects.toMatchObject({ code: 'not_clean' });
  });

  it('is clean, light and of the same length, as is every other copy', async () => {
    const file = await tagged();
    const facts = await probeMedia(file, signal);
    const shares: number[] = [];
    const made = await makeRenditions({ file, facts, folder: await ownFolder(), signal, onProgress: (share) => shares.push(share) });
    const [light, speech, peaks] = made;
    for (const { file: copy } of [light, speech]) {
      await checkClean(copy, signal);
      const content = (await readFile(copy)).toString('latin1');
      for (const trace of ['Secret', '33.5138', 'Phone', '2026-01-02']) expect(content).not.toContain(trace);
    }
    expect(await probeMedia(light.file, signal)).toMatchObject({ kind: 'video', video: { width: 854, height: 480 } });
    expect(Math.abs((await probeMedia(speech.file, signal)).durationMs - facts.durationMs)).toBeLessThan(60);
    expect(shares.at(-1)).toBeGreaterThan(0.9);
    const drawn = JSON.parse(await readFile(peaks.file, 'utf8')) as { peaks: number[]; loudness: number };
    expect(drawn.peaks.length).toBeGreaterThanOrEqual(29);
    for (const peak of drawn.peaks) expect(peak >= 0 && peak <= 100).toBe(true);
    expect(drawn.loudness).toBeLessThan(-10);
    await measurePeaks(light.file, `${await ownFolder()}/peaks`, signal);
  });
});

it('finds where nobody speaks', async () => {
  const file = await files.made(
    'pauses.wav',
    '-f',
    'lavfi',
    '-i',
    "aevalsrc='0.4*sin(2*PI*t*200)*not(between(t,2,3)+gte(t,5))':d=7:s=16000"
  );
  const silences = await findSilences(file, 7_000, signal);
  expect(silences).toHaveLength(2);
  const [first, last] = silences;
  expect(Math.abs(first!.startMs - 2_000)).toBeLessThan(60);
  expect(Math.abs(first!.endMs - 3_000)).toBeLessThan(60);
  expect(last!.endMs).toBe(7_000);
});

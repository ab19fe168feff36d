import { execFile } from 'node:child_process';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { mediaFiles } from '#tests/support/media-files.ts';
import { probeMedia } from './probe.server.ts';

const files = await mediaFiles();
afterAll(() => files.remove());

vi.setConfig({ testTimeout: 120_000 });
const signal = AbortSignal.timeout(600_000);
const probe = (file: string) => probeMedia(file, signal);
const PICTURE = ['-f', 'lavfi', '-i', 'testsrc2=s=320x240:r=25:d=6'];
const SOUND = ['-f', 'lavfi', '-i', 'sine=f=300:d=6'];
const H264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'aac'];
const VP8 = ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-c:a', 'libopus'];
const named = (name: string) => path.join(files.folder, name);

let video: string;
beforeAll(async () => {
  video = await files.made('video.mp4', ...PICTURE, ...SOUND, ...H264, '-movflags', '+faststart');
});

/** What is left when a line or a disk breaks off. */
async function cutOff(file: string, share: number, name: string): Promise<string> {
  const content = await readFile(file);
  await writeFile(named(name), content.subarray(0, Math.floor(content.length * share)));
  return named(name);
}

describe('what a file is', () => {
  it('finds kind, type, length and size of a video', async () => {
    const facts = await probe(video);
    expect(facts).toMatchObject({ kind: 'video', mediaType: 'video/mp4', video: { width: 320, height: 240, frameRate: 25 } });
    expect(Math.abs(facts.durationMs - 6_000)).toBeLessThan(100);
  });

  it('measures what a browser recorded and wrote no length of', async () => {
    const live = await files.made('live.webm', ...PICTURE, ...SOUND, ...VP8, '-live', '1', '-f', 'webm');
    const { kind, durationMs } = await probe(live);
    expect(kind).toBe('video');
    expect(Math.abs(durationMs - 6_000)).toBeLessThan(100);
  });

  it('R21 takes what a killed browser had kept of a recording', async () => {
    const live = await files.made('killed.webm', ...PICTURE, ...SOUND, ...VP8, '-live', '1', '-f', 'webm');
    const { durationMs } = await probe(await cutOff(live, 0.5, 'killed-half.webm'));
    expect(durationMs).toBeGreaterThan(1_000);
    expect(durationMs).toBeLessThan(6_000);
  });

  it('goes by the content where the name says another kind of media', async () => {
    const wav = await files.made('voice.wav', ...SOUND);
    await copyFile(wav, named('voice.mp4'));
    expect(await probe(named('voice.mp4'))).toMatchObject({ kind: 'audio', mediaType: 'audio/wav', video: null });
  });

  it('takes the cover of a sound file for no video', async () => {
    const cover = await files.made('cover.png', '-f', 'lavfi', '-i', 'color=red:s=64x64', '-frames:v', '1');
    const song = await files.made(
      'covered.mp3',
      ...[...SOUND, '-i', cover, '-map', '0:a', '-map', '1:v', '-c:a', 'libmp3lame', '-c:v', 'copy', '-disposition:v', 'attached_pic']
    );
    expect(await probe(song)).toMatchObject({ kind: 'audio', mediaType: 'audio/mpeg' });
  });

  it('gives the size as it is seen, where a phone was held upright', async () => {
    const upright = await files.made('upright.mp4', '-i', video, '-c', 'copy', '-metadata:s:v', 'rotate=90');
    expect((await probe(upright)).video).toMatchObject({ width: 240, height: 320 });
  });
});

it('gives the size of a picture whose points are not square as it is seen', async () => {
  const squeezed = await files.made('squeezed.mp4', ...PICTURE, ...SOUND, ...H264, '-vf', 'scale=160:240,setsar=2');
  expect((await probe(squeezed)).video).toMatchObject({ width: 320, height: 240 });
});

describe('refuses clearly', () => {
  it('what is empty', async () => {
    await writeFile(named('empty.mp4'), '');
    await expect(probe(named('empty.mp4'))).rejects.toMatchObject({ code: 'file_incomplete' });
  });

  it('what was cut off, whether its index stands at the end or the beginning', async () => {
    const late = await files.made('late.mp4', ...PICTURE, ...SOUND, ...H264);
    await expect(probe(await cutOff(late, 0.7, 'late-cut.mp4'))).rejects.toMatchObject({ code: 'file_incomplete' });
    await expect(probe(await cutOff(video, 0.5, 'early-cut.mp4'))).rejects.toMatchObject({ code: 'file_incomplete' });
  });

  it('what is no media under a media name: an archive, a text, a picture', async () => {
    await promisify(execFile)('zip', ['-q', named('archive.zip'), video]);
    await copyFile(named('archive.zip'), named('archive.mp4'));
    await writeFile(named('text.mp4'), 'WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n');
    const picture = await files.made('picture.png', '-f', 'lavfi', '-i', 'color=red:s=64x64', '-frames:v', '1');
    await copyFile(picture, named('picture.mp4'));
    for (const name of ['archive.mp4', 'text.mp4', 'picture.mp4'])
      await expect(probe(named(name)), name).rejects.toMatchObject({ code: 'not_media' });
  });

  it('what would have other files or addresses read', async () => {
    await writeFile(named('list.mp4'), `#EXTM3U\n#EXTINF:6,\n${video}\n#EXT-X-ENDLIST\n`);
    await writeFile(named('concat.mp4'), `ffconcat version 1.0\nfile '${video}'\n`);
    for (const name of ['list.mp4', 'concat.mp4']) await expect(probe(named(name)), name).rejects.toMatchObject({ code: 'not_media' });
  });

  it('what is encrypted', async () => {
    const key = ['-encryption_key', '76a6c65c5ea762046bd749a2e632ccbb', '-encryption_kid', 'a7e61c373e219033c21091fa607bf3b8'];
    const locked = await files.made('locked.mp4', '-i', video, '-c', 'copy', '-encryption_scheme', 'cenc-aes-ctr', ...key);
    await expect(probe(locked)).rejects.toMatchObject({ code: 'encrypted' });
  });

  it('what has no sound', async () => {
    const silent = await files.made('silent.mp4', '-i', video, '-an', '-c', 'copy');
    await expect(probe(silent)).rejects.toMatchObject({ code: 'no_sound' });
  });

  it('what never ends', async () => {
    const late = await files.made('endless.mkv', '-i', video, '-c', 'copy', '-bsf:a', 'setts=ts=if(gte(N\\,100)\\,TS+360000000\\,TS)');
    await expect(probe(late)).rejects.toMatchObject({ code: 'too_long' });
  });
});

it('breaks off when it is told to', async () => {
  const stopped = new AbortController();
  const probing = probeMedia(video, stopped.signal);
  stopped.abort(new Error('the worker stops'));
  await expect(probing).rejects.toThrow('the worker stops');
});

import { expect, it } from 'vitest';
import { mediaTypeOf } from './file-type.ts';

it('knows what a file is by its type, else by its ending', () => {
  expect(mediaTypeOf({ type: 'video/webm; codecs=vp8', name: 'x' })).toBe('video/webm');
  expect(mediaTypeOf({ type: '', name: 'Recording 12.AMR' })).toBe('audio/amr');
  expect(mediaTypeOf({ type: 'application/octet-stream', name: 'a.b.mkv' })).toBe('video/x-matroska');
});

it('refuses what is neither sound nor moving picture', () => {
  for (const file of [
    { type: 'image/png', name: 'a.png' },
    { type: '', name: 'a.docx' },
    { type: '', name: 'mp4' }
  ])
    expect(mediaTypeOf(file)).toBeNull();
});

import { expect, it } from 'vitest';
import { parseCaptions } from './parse-captions.ts';

it('reads SubRip', () => {
  expect(
    parseCaptions(
      '\uFEFF1\r\n00:00:01,000 --> 00:00:04,000\r\nكنّا نقسم\r\nالرغيف\r\n\r\n2\r\n00:00:04,500 --> 00:00:08,000\r\n<i>أربعة</i>\r\n'
    )
  ).toEqual({
    cues: [
      { startMs: 1_000, endMs: 4_000, speaker: '', text: 'كنّا نقسم الرغيف' },
      { startMs: 4_500, endMs: 8_000, speaker: '', text: 'أربعة' }
    ]
  });
});

it('reads WebVTT with voices, settings, notes and entities', () => {
  const file =
    'WEBVTT\n\nNOTE made by hand\n\nid-1\n00:01.000 --> 00:04.000 align:end\n<v Samer>bread &amp; <c.loud>salt</c>\n\nSTYLE\n::cue { color: red }\n';
  expect(parseCaptions(file)).toEqual({ cues: [{ startMs: 1_000, endMs: 4_000, speaker: 'Samer', text: 'bread & salt' }] });
});

it('names the line whose times make no sense, and takes nothing', () => {
  expect(parseCaptions('WEBVTT\n\n00:04.000 --> 00:01.000\nx')).toEqual({ brokenAt: 3 });
  expect(parseCaptions('1\n00:00:01,000 --> 00:00:05,000\na\n\n2\n00:00:04,000 --> 00:00:06,000\nb')).toEqual({ brokenAt: 6 });
  expect(parseCaptions('1\nsoon --> later\na')).toEqual({ brokenAt: 2 });
});

it('finds no cues in what is no caption file', () => {
  expect(parseCaptions('Dear archive,\nthis is a letter.')).toEqual({ cues: [] });
});

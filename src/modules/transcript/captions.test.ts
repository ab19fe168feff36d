import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cuesOf, subRip, webVtt, type Cue } from './captions.ts';

const cue = (startMs: number, endMs: number, text: string, speaker = ''): Cue => ({ startMs, endMs, text, speaker });

it('writes WebVTT with voices, escaped', () => {
  expect(webVtt([cue(0, 1_500, 'He said: <go> & "run" -->', 'A. <B>'), cue(3_661_007, 3_662_000, 'أين أخي؟')])).toBe(
    [
      'WEBVTT',
      '',
      '00:00:00.000 --> 00:00:01.500',
      '<v A. &lt;B&gt;>He said: &lt;go&gt; &amp; "run" --&gt;',
      '',
      '01:01:01.007 --> 01:01:02.000',
      'أين أخي؟',
      ''
    ].join('\n')
  );
});

it('writes SubRip: Arabic embedded from right to left, speakers isolated, nothing that a player takes for a tag', () => {
  expect(subRip([cue(0, 1_500, 'قال: <اذهب>.', 'Sara'), cue(2_000, 3_000, '{\\an8}Go')])).toBe(
    [
      '1',
      '00:00:00,000 --> 00:00:01,500',
      '\u202b\u2068Sara\u2069: قال: ‹اذهب›.\u202c',
      '',
      '2',
      '00:00:02,000 --> 00:00:03,000',
      '{ \\an8}Go',
      ''
    ].join('\r\n')
  );
});

const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\n\n', '-->', '<v x>', '\u202e', '&amp;', 'سجن\r\n\r\nصيدنايا')
);
const anyCues = fc.array(
  fc.record({
    startMs: fc.integer({ min: 0, max: 350_000_000 }),
    endMs: fc.integer({ min: 0, max: 350_000_000 }),
    text: fc.array(anyText, { maxLength: 4 }).map((parts) => parts.join('')),
    speaker: anyText
  }),
  { maxLength: 8 }
);
const TIMING = /^(\d{2,}):(\d\d):(\d\d)[.,](\d{3}) --> (\d{2,}):(\d\d):(\d\d)[.,](\d{3})$/;

it('writes one block for each cue, of two lines, whatever was said', () => {
  fc.assert(
    fc.property(anyCues, (cues) => {
      const blocks = webVtt(cues).trimEnd().split('\n\n').slice(1);
      for (const block of blocks) {
        const lines = block.split('\n');
        expect(lines).toHaveLength(2);
        expect(lines[0]).toMatch(TIMING);
        expect(lines[1]!.replace(/^<v [^<>]*>/, '')).not.toMatch(/[<>]|-->|[\u202a-\u202e]/);
        const [start, end] = lines[0]!.split(' --> ') as [string, string];
        expect(end > start).toBe(true);
      }
      const starts = blocks.map((block) => block.split(' ')[0]!);
      expect(starts).toEqual(starts.toSorted());
      expect(
        subRip(cues)
          .split('\r\n')
          .filter((line) => TIMING.test(line))
      ).toHaveLength(blocks.length);
    })
  );
});

it('cuts a long passage at its words and loses none', () => {
  const words = Array.from({ length: 60 }, (_, i) => ({ word: i % 9 === 8 ? `w${i}.` : `w${i}`, startMs: i * 400, endMs: i * 400 + 350 }));
  const text = words.map(({ word }) => word).join(' ');
  const cues = cuesOf([{ startMs: 0, endMs: 24_000, text, words, speaker: 'A' }]);
  expect(cues.length).toBeGreaterThan(3);
  expect(cues.map((part) => part.text).join(' ')).toBe(text);
  for (const part of cues) {
    expect(part.text.length).toBeLessThanOrEqual(84);
    expect(part.endMs - part.startMs).toBeLessThanOrEqual(7_000);
    expect(part.speaker).toBe('A');
  }
});

it('keeps a passage whole whose text was corrected', () => {
  const words = [{ word: 'one', startMs: 0, endMs: 9_000 }];
  const passage = { startMs: 0, endMs: 9_000, text: 'won', words };
  expect(cuesOf([passage])).toEqual([cue(0, 9_000, 'won')]);
});

import { expect, it } from 'vitest';
import { webVtt } from './captions.ts';
import type { Passage } from './edition.ts';

const passage: Passage = {
  position: 0,
  mediumNumber: 1,
  startMs: 761_200,
  endMs: 3_723_045,
  speaker: 'A & B',
  language: 'ar',
  text: 'قال: <الخبز>\n\n1\n00:00:00.000 --> 00:00:01.000',
  words: [],
  provenance: 'human',
  translations: { en: { text: 'bread --> shared', provenance: 'human' } },
  hard: false
};

it('writes cues that no text can break out of', () => {
  expect(webVtt([passage], 1, 'ar')).toBe(
    'WEBVTT\n\n00:12:41.200 --> 01:02:03.045\n<v A &amp; B>قال: &lt;الخبز&gt; 1 00:00:00.000 --&gt; 00:00:01.000\n'
  );
});

it('takes the translation, and leaves out what is not translated, not timed or of another recording', () => {
  const others = [
    { ...passage, translations: {} },
    { ...passage, startMs: null, endMs: null },
    { ...passage, mediumNumber: 2 }
  ];
  expect(webVtt([passage, ...others], 1, 'en')).toBe('WEBVTT\n\n00:12:41.200 --> 01:02:03.045\n<v A &amp; B>bread --&gt; shared\n');
});

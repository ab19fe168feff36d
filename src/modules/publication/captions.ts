import { cuesOf, webVtt as written } from '#modules/transcript/captions.ts';
import type { Passage } from './edition.ts';

/** WebVTT of one recording in one language: the words as spoken, or a translation where there is one. */
export function webVtt(passages: readonly Passage[], medium: number, language: string): string {
  const spoken = passages.flatMap((passage) => {
    const { startMs, endMs, speaker, translations } = passage;
    const asSpoken = passage.language === language;
    const text = asSpoken ? passage.text : translations[language]?.text;
    if (passage.mediumNumber !== medium || startMs === null || endMs === null || !text) return [];
    const words = asSpoken ? passage.words.map(({ w, s, e }) => ({ word: w, startMs: s, endMs: e })) : [];
    return [{ startMs, endMs, speaker, text, words }];
  });
  return written(cuesOf(spoken));
}

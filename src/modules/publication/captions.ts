import type { Passage } from './edition.ts';

/**
 * WebVTT of one recording in one language: the words as spoken, or a translation where there is one.
 * Text is escaped as the format asks (W3C WebVTT, section 4.1.1), and a blank line inside a passage would end its cue.
 */
export function webVtt(passages: readonly Passage[], medium: number, language: string): string {
  const cues = passages.flatMap((passage) => {
    const text = passage.language === language ? passage.text : passage.translations[language]?.text;
    if (passage.mediumNumber !== medium || passage.startMs === null || passage.endMs === null || !text) return [];
    const speaker = passage.speaker ? `<v ${escape(passage.speaker).replace(/\s+/g, ' ')}>` : '';
    return [`${clock(passage.startMs)} --> ${clock(passage.endMs)}\n${speaker}${escape(text).replace(/\s*\n\s*/g, ' ')}\n`];
  });
  return `WEBVTT\n\n${cues.join('\n')}`;
}

function clock(ms: number): string {
  const part = (value: number, digits: number) => String(value).padStart(digits, '0');
  return `${part(Math.floor(ms / 3_600_000), 2)}:${part(Math.floor(ms / 60_000) % 60, 2)}:${part(Math.floor(ms / 1000) % 60, 2)}.${part(ms % 1000, 3)}`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

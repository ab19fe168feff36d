import { readTimecode } from './timecode.ts';

export type Cue = { startMs: number; endMs: number; speaker: string; text: string };
/** The cues of a file, or the line (from 1) at which its times make no sense. */
export type Parsed = { cues: Cue[] } | { brokenAt: number };

const TIMES = /^\s*([\d:.,]+)\s+-->\s+([\d:.,]+)(?:\s.*)?$/;

/**
 * Reads SubRip or WebVTT (W3C webvtt1), as people's tools write them: numbers, notes, styles and settings are left out, a voice tag
 * `<v …>` is the speaker, other tags are nothing but text. Cues must run forward and not over each other.
 */
export function parseCaptions(file: string): Parsed {
  const lines = file.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  const cues: Cue[] = [];
  for (let at = 0; at < lines.length; at++) {
    if (!lines[at]!.includes('-->')) continue;
    const found = TIMES.exec(lines[at]!);
    const [startMs, endMs] = [found?.[1], found?.[2]].map((time) => (time ? readTimecode(time) : NaN)) as [number, number];
    if (!(startMs < endMs) || startMs < (cues.at(-1)?.endMs ?? 0)) return { brokenAt: at + 1 };
    const said: string[] = [];
    while (at + 1 < lines.length && lines[at + 1]!.trim() && !lines[at + 1]!.includes('-->')) said.push(lines[++at]!.trim());
    const { speaker, text } = spoken(said.join(' '));
    if (text) cues.push({ startMs, endMs, speaker, text });
  }
  return { cues };
}

function spoken(payload: string): { speaker: string; text: string } {
  const voice = /<v(?:\.[^\s>]*)?\s+([^>]+)>/i.exec(payload)?.[1]?.trim() ?? '';
  const text = payload
    .replace(/<[^<>]*>/g, '')
    .replace(/&(lt|gt|nbsp|lrm|rlm|amp);/g, (_, name: keyof typeof ENTITIES) => ENTITIES[name])
    .replace(/\s+/g, ' ')
    .trim();
  return { speaker: voice.slice(0, 80), text };
}

const ENTITIES = { lt: '<', gt: '>', nbsp: ' ', lrm: '\u200e', rlm: '\u200f', amp: '&' } as const;

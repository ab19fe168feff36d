/** One caption: when, what, and who speaks ('' where nobody is named). */
export type Cue = { startMs: number; endMs: number; text: string; speaker: string };

/** A word with its times, as far as cutting captions needs it. */
type TimedWord = { word: string; startMs: number; endMs: number };
type Passage = Omit<Cue, 'speaker'> & { speaker?: string; words?: readonly TimedWord[] };

/** Two lines of 42 characters and seven seconds are what people read with ease (Netflix and BBC say about the same). */
const LONGEST_TEXT = 84;
const LONGEST_MS = 7_000;

/**
 * Captions from passages. A long passage is cut at its words, after a sentence's end where it can be; one whose words are not
 * those of its text (somebody corrected it, or it is a translation) stays whole, since its words have no times.
 */
export function cuesOf(passages: readonly Passage[]): Cue[] {
  return passages.toSorted((a, b) => a.startMs - b.startMs).flatMap((passage) => cut(passage));
}

/** WebVTT (W3C, sections 4.1 and 6.4). Its cues take their direction from their own text, so Arabic needs no marks. */
export function webVtt(cues: readonly Cue[]): string {
  const blocks = written(cues).map(({ startMs, endMs, text, speaker }) => {
    const voice = speaker ? `<v ${escapeVtt(speaker)}>` : '';
    return `${clock(startMs, '.')} --> ${clock(endMs, '.')}\n${voice}${escapeVtt(text)}\n`;
  });
  return ['WEBVTT\n', ...blocks].join('\n');
}

/**
 * SubRip. It knows no escaping, direction or speakers: what players would take for a tag is written with other brackets, text
 * that reads from right to left is embedded as such, and a speaker stands isolated before it.
 */
export function subRip(cues: readonly Cue[]): string {
  const blocks = written(cues).map(({ startMs, endMs, text, speaker }, i) => {
    const said = withoutTags(speaker ? `${FIRST_STRONG}${speaker}${POP_ISOLATE}: ${text}` : text);
    const line = readsFromRight(text) ? `${RIGHT_TO_LEFT}${said}${POP_EMBEDDING}` : said;
    return `${i + 1}\r\n${clock(startMs, ',')} --> ${clock(endMs, ',')}\r\n${line}\r\n`;
  });
  return blocks.join('\r\n');
}

const RIGHT_TO_LEFT = '\u202b';
const POP_EMBEDDING = '\u202c';
const FIRST_STRONG = '\u2068';
const POP_ISOLATE = '\u2069';

function cut(passage: Passage): Cue[] {
  const { startMs, endMs, text, speaker = '', words = [] } = passage;
  const whole = { startMs, endMs, text, speaker };
  const short = text.length <= LONGEST_TEXT && endMs - startMs <= LONGEST_MS;
  if (short || oneLine(words.map(({ word }) => word).join(' ')) !== oneLine(text)) return [whole];

  const cues: Cue[] = [];
  for (const { word, startMs: wordStart, endMs: wordEnd } of words) {
    const last = cues.at(-1);
    const full = last && (last.text.length + word.length >= LONGEST_TEXT || wordEnd - last.startMs > LONGEST_MS);
    const sentenceOver = last && last.text.length > LONGEST_TEXT / 2 && /[.!?؟۔…]["'”»]?$/.test(last.text);
    if (!last || full || sentenceOver) cues.push({ startMs: wordStart, endMs: wordEnd, text: word, speaker });
    else Object.assign(last, { text: `${last.text} ${word}`, endMs: wordEnd });
  }
  return cues;
}

/** In order, on one line, with at least a millisecond each; cues that say nothing are left out. */
function written(cues: readonly Cue[]): Cue[] {
  return cues
    .map((cue) => ({
      startMs: Math.max(0, Math.round(cue.startMs)),
      endMs: Math.max(Math.round(cue.endMs), Math.round(cue.startMs) + 1, 1),
      text: oneLine(cue.text),
      speaker: oneLine(cue.speaker)
    }))
    .filter(({ text }) => text !== '')
    .toSorted((a, b) => a.startMs - b.startMs);
}

/** A blank line would end a cue, and an embedding that is left open would turn everything after it. */
function oneLine(text: string): string {
  return text
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
}

const escapeVtt = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Also `{\an8}`, which players take from another format. */
const withoutTags = (text: string): string => text.replaceAll('<', '‹').replaceAll('>', '›').replaceAll('{\\', '{ \\');

/** Whether the first letter is of a script that is written from right to left. */
function readsFromRight(text: string): boolean {
  const [letter] = /\p{L}/u.exec(text) ?? [''];
  return /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u.test(letter);
}

function clock(ms: number, mark: '.' | ','): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  return `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)}${mark}${String(ms % 1000).padStart(3, '0')}`;
}

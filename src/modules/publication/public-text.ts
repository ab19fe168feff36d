import { publicSegment, silenced, type Edit, type TimeMap, type Word } from '#modules/media/edit-times.ts';
import { splitWords, withoutNames } from '#modules/others/leave-out.ts';
import type { Passage } from './edition.ts';

/** A segment as the transcript has it, and its translations. */
export type SegmentToPublish = {
  startMs: number | null;
  endMs: number | null;
  speaker: string;
  text: string;
  words: readonly Word[];
  provenance: 'machine' | 'human';
  confirmed: boolean;
  version: number;
  translations: readonly TranslationToPublish[];
};
export type TranslationToPublish = {
  language: string;
  text: string;
  provenance: 'machine' | 'human';
  confirmed: boolean;
  sourceVersion: number;
  changedAt: Date;
};

export type Redacted = {
  edits: readonly Edit[];
  map: TimeMap;
  /** When the edit list was sealed: from then on everyone knew what leaves. */
  sealedAt: Date;
};

type PublicText = Pick<Passage, 'startMs' | 'endMs' | 'speaker' | 'text' | 'words' | 'provenance' | 'translations'>;

/**
 * What the public reads of a segment; null when nothing of it is left. A text is a machine's until a person wrote or confirmed it
 * (R37).
 * @param redacted how its recording was redacted; null for what was written
 */
export function publicText(segment: SegmentToPublish, redacted: Redacted | null): PublicText | null {
  const { speaker } = segment;
  const provenance = madeBy(segment);
  if (!redacted || segment.startMs === null || segment.endMs === null) {
    // Without times nobody can know what lies inside a redaction: a text of a recording that has any stays back.
    if (redacted && silenced(redacted.edits).length) return null;
    return {
      startMs: null,
      endMs: null,
      speaker,
      text: segment.text,
      words: [],
      provenance,
      translations: published(segment.translations)
    };
  }
  const spoken = { startMs: segment.startMs, endMs: segment.endMs, text: segment.text, words: segment.words };
  const shown = publicSegment(spoken, redacted.edits, redacted.map);
  if (!shown) return null;
  const { startMs, endMs, text, words } = shown;
  const kept = shown.redacted ? segment.translations.filter((one) => survives(one, segment, redacted.sealedAt)) : segment.translations;
  return { startMs, endMs, speaker, text, words, provenance, translations: published(kept) };
}

/**
 * The same without the names of people who were flagged and whom nobody cleared (R16). Where a name stood, translations are held to
 * what holds for any redacted passage: they may write it in letters that nobody can look for.
 */
export function leavingOut(shown: PublicText, segment: SegmentToPublish, names: readonly string[], sealedAt: Date): PublicText {
  const text = withoutNames(shown.text, names);
  const held = text === shown.text ? segment.translations : segment.translations.filter((one) => survives(one, segment, sealedAt));
  const kept = held.filter(({ language }) => language in shown.translations);
  return {
    ...shown,
    speaker: withoutNames(shown.speaker, names),
    text,
    words: splitWords(shown.words, names).kept,
    translations: published(kept.map((one) => ({ ...one, text: withoutNames(one.text, names) })))
  };
}

/**
 * Which translation of a redacted segment may still be shown: a translation has no word times, so nobody can take a word out of it.
 * Only one that a person wrote and confirmed after the edit list was sealed, of the text as it stands, is taken to leave out
 * what was redacted (docs/decisions/0010).
 */
function survives(
  { provenance, confirmed, sourceVersion, changedAt }: TranslationToPublish,
  segment: SegmentToPublish,
  sealedAt: Date
): boolean {
  return provenance === 'human' && confirmed && sourceVersion === segment.version && changedAt > sealedAt;
}

function published(translations: readonly TranslationToPublish[]): Passage['translations'] {
  return Object.fromEntries(
    translations.map((translation) => [translation.language, { text: translation.text, provenance: madeBy(translation) }])
  );
}

function madeBy({ provenance, confirmed }: { provenance: 'machine' | 'human'; confirmed: boolean }): 'machine' | 'human' {
  return confirmed ? 'human' : provenance;
}

import type { PublicationId, PublicationMediumId, TestimonyId } from '#platform/ids.ts';

/** A place or theme as an edition froze it. */
export interface Named {
  slug: string;
  ar: string;
  en: string;
}

export type WarningKind = 'violence' | 'sexual_violence' | 'death' | 'deprivation' | 'self_harm' | 'children' | 'other';

/** What a listener is told before the media (R38); without times it holds for the whole testimony. */
export interface Warning {
  kind: WarningKind;
  note: string;
  startMs: number | null;
  endMs: number | null;
}

export type Treatment = 'cut' | 'mute' | 'tone' | 'blur';
export type RedactionReason = 'third_party' | 'place' | 'identity' | 'detained' | 'contributor_asked' | 'other';

/** What the edition leaves out, in times of the public rendition; a cut has no length there. */
export interface PublicRedaction {
  /** Which of the edition's media, from 1. */
  recording: number;
  startMs: number;
  endMs: number;
  treatment: Treatment;
  reason: RedactionReason;
}

export interface Description {
  title: string;
  summary: string;
}

export interface EditionSummary {
  id: PublicationId;
  testimonyId: TestimonyId;
  edition: number;
  /** Language of the spoken word, ISO 639. */
  language: string;
  medium: 'video' | 'audio' | 'written';
  chosenName: string | null;
  /** By language; may lack the page's. */
  descriptions: Record<string, Description>;
  facility: Named | null;
  yearFrom: number | null;
  yearTo: number | null;
  themes: Named[];
  warnings: Warning[];
  publishedAt: Date;
  isSample: boolean;
}

/** A word and when it is spoken, in ms of the public rendition. */
export interface TimedWord {
  w: string;
  s: number;
  e: number;
}

export type Provenance = 'machine' | 'human';

export interface Passage {
  position: number;
  mediumNumber: number;
  startMs: number | null;
  endMs: number | null;
  speaker: string;
  language: string;
  text: string;
  words: TimedWord[];
  provenance: Provenance;
  /** By language, with who made each (R37). */
  translations: Record<string, { text: string; provenance: Provenance }>;
  /** Describes something hard: folded until asked for. */
  hard: boolean;
}

export interface Medium {
  id: PublicationMediumId;
  number: number;
  kind: 'video' | 'audio';
  mediaType: string;
  durationMs: number;
  /** Loudness 0..100, evenly over its length. */
  peaks: number[];
}

export interface Edition extends EditionSummary {
  redactions: PublicRedaction[];
  /** Over passages and media, hex. */
  sha256: string;
  passages: Passage[];
  media: Medium[];
}

/** The description in the page's language, else in the language spoken, else in any; `language` says which it is. */
export function describeIn(
  locale: string,
  { descriptions, language }: Pick<EditionSummary, 'descriptions' | 'language'>
): Description & { language: string } {
  const found = [locale, language, ...Object.keys(descriptions)].find((tag) => descriptions[tag]);
  return found ? { ...descriptions[found]!, language: found } : { title: '', summary: '', language: locale };
}

/** The language to show beside what was said: the page's, or where that is spoken the first other one there is. */
export function besideLanguage(locale: string, passages: readonly Pick<Passage, 'language' | 'translations'>[]): string | null {
  const spoken = passages[0]?.language;
  const there = new Set(passages.flatMap((passage) => Object.keys(passage.translations)));
  if (spoken !== locale) return locale;
  return there.has('en') && spoken !== 'en' ? 'en' : ([...there].sort()[0] ?? null);
}

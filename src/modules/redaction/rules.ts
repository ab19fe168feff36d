/** A treatment that an edit list gives to a whole recording, beside the ranges. */
export type Disguise = { audioOnly: boolean; disguiseVoice: boolean; blurPicture: boolean };

export const TREATMENTS = ['cut', 'mute', 'tone', 'blur'] as const;
export type Treatment = (typeof TREATMENTS)[number];

export const REASONS = ['third_party', 'place', 'identity', 'detained', 'contributor_asked', 'other'] as const;
export type Reason = (typeof REASONS)[number];

/** What live consent says of the traits a recording shows; anything but a yes is a no (R2, R4). */
export type Traits = { face: boolean; voice: boolean };

/** A demand of the consent in force that an edit list does not meet yet. */
export type Unmet = 'face_shown' | 'voice_plain' | 'whole_cut';

/**
 * What keeps an edit list from being sealed. A voice without consent must be disguised; a face without consent must be blurred or the
 * picture left out.
 * @param media what the recordings hold: their kinds, lengths and the ranges that are cut, in ms
 */
export function unmetConsent(traits: Traits, disguise: Disguise, media: readonly Recorded[]): Unmet[] {
  const unmet: Unmet[] = [];
  if (media.some(({ kind }) => kind === 'video') && !traits.face && !disguise.audioOnly && !disguise.blurPicture) unmet.push('face_shown');
  if (media.length > 0 && !traits.voice && !disguise.disguiseVoice) unmet.push('voice_plain');
  if (media.length > 0 && media.every(isCutAway)) unmet.push('whole_cut');
  return unmet;
}

export type Range = { startMs: number; endMs: number };
export type Recorded = { kind: 'video' | 'audio'; durationMs: number | null; cuts: readonly Range[] };

/** Nothing of it would be left: there would be nothing to publish. */
function isCutAway({ durationMs, cuts }: Recorded): boolean {
  if (durationMs === null) return false;
  const cut = joined(cuts).reduce((sum, { startMs, endMs }) => sum + Math.min(endMs, durationMs) - startMs, 0);
  return cut >= durationMs;
}

/** Ranges in order, those that touch or overlap made one. */
export function joined(ranges: readonly Range[]): Range[] {
  const inOrder = ranges.toSorted((a, b) => a.startMs - b.startMs);
  const out: Range[] = [];
  for (const { startMs, endMs } of inOrder) {
    const last = out.at(-1);
    if (last && startMs <= last.endMs) last.endMs = Math.max(last.endMs, endMs);
    else out.push({ startMs, endMs });
  }
  return out;
}

/** Whether a treatment makes sense for a recording: only a picture can be blurred. */
export function suits(treatment: Treatment, kind: 'video' | 'audio'): boolean {
  return treatment !== 'blur' || kind === 'video';
}

/** The treatments whose words leave the text too: a blurred picture is still heard. */
export function silences(treatment: Treatment): boolean {
  return treatment !== 'blur';
}

/** What the new edit list begins with where consent asks for a disguise (R4): the reviewer may add, not forget. */
export function disguiseConsentAsks(traits: Traits, kinds: readonly ('video' | 'audio')[]): Disguise {
  return { audioOnly: false, disguiseVoice: kinds.length > 0 && !traits.voice, blurPicture: kinds.includes('video') && !traits.face };
}

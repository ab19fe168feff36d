/** What the recorder is asked for, most robust first: a WebM cut off anywhere still plays up to there. */
const TYPES = {
  video: ['video/webm;codecs=vp8,opus', 'video/webm', 'video/mp4'],
  audio: ['audio/webm;codecs=opus', 'audio/mp4', 'audio/ogg;codecs=opus']
} as const;

/** Bits a second: small enough for a thin line, good enough for a court and for a transcriber. */
export const RATES = { video: 1_100_000, audio: 64_000 } as const;

/** The first type that this browser records, or null. */
export function recordingType(kind: 'video' | 'audio', isSupported: (type: string) => boolean): string | null {
  return TYPES[kind].find(isSupported) ?? null;
}

/** `video/webm` of `video/webm;codecs=vp8,opus`. */
export function bareType(type: string): string {
  return type.split(';')[0]!.trim().toLowerCase();
}

/** Left for everything else on the phone. */
const RESERVE_BYTES = 100_000_000;

/** Roughly how many minutes more fit, of a quota and what of it is used (bytes). Encrypting adds nothing that counts. */
export function minutesLeft(kind: 'video' | 'audio', { quota = 0, usage = 0 }: { quota?: number; usage?: number }): number {
  const perMinute = ((kind === 'video' ? RATES.video + RATES.audio : RATES.audio) / 8) * 60;
  return Math.max(0, Math.floor((quota - usage - RESERVE_BYTES) / perMinute));
}

export type Loudness = 'none' | 'quiet' | 'clear' | 'loud';

/** A level (root mean square of samples between -1 and 1) in words, and how full its line is (0 to 100). */
export function loudness(rms: number): { word: Loudness; percent: number } {
  const decibels = 20 * Math.log10(Math.max(rms, 1e-5));
  const percent = Math.round(Math.min(100, Math.max(0, ((decibels + 60) / 60) * 100)));
  const word = decibels < -58 ? 'none' : decibels < -42 ? 'quiet' : decibels > -6 ? 'loud' : 'clear';
  return { word, percent };
}

type Line = { saveData?: boolean; effectiveType?: string };

/** Whether the person asked their browser to save data, or the line is so thin that a picture would take hours. */
export function isThin({ saveData = false, effectiveType }: Line = {}): boolean {
  return saveData || effectiveType === '2g' || effectiveType === 'slow-2g';
}

/** Why a file is not taken in; kept as `recording.refused_for`, worded in i18n. */
export const REFUSALS = [
  'file_changed_on_the_way',
  'file_incomplete',
  'not_media',
  'no_sound',
  'too_long',
  'encrypted',
  'too_heavy'
] as const;
export type RefusedFor = (typeof REFUSALS)[number];

export function knownRefusal(code: string | null): RefusedFor | null {
  return REFUSALS.find((known) => known === code) ?? null;
}

/** The file itself is at fault: trying again cannot help, and the person is told. */
export class MediaRefused extends Error {
  override readonly name = 'MediaRefused';
  readonly code: RefusedFor;

  constructor(code: RefusedFor) {
    super(code);
    this.code = code;
  }
}

/** The places of `/media`: originals and desk copies for those who work on them, what is public, and what belongs to the consent. */
export const MEDIA_KINDS = ['recordings', 'renditions', 'publications', 'narrations', 'spoken'] as const;
export type MediaKind = (typeof MEDIA_KINDS)[number];

export const isMediaKind = (text: string): text is MediaKind => (MEDIA_KINDS as readonly string[]).includes(text);

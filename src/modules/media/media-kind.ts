/** The places of `/media`: originals and desk copies for those who work on them, and what is public. */
export const MEDIA_KINDS = ['recordings', 'renditions', 'publications'] as const;
export type MediaKind = (typeof MEDIA_KINDS)[number];

export const isMediaKind = (text: string): text is MediaKind => (MEDIA_KINDS as readonly string[]).includes(text);

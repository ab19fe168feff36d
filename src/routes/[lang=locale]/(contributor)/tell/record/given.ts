import type { Messages } from '#i18n/keys.ts';
import type { Locale } from '#i18n/locale.ts';

/** What the server hands to the page's script, in `data-given`. */
export type Given = { locale: Locale; words: Messages; kind: 'video' | 'audio'; owner: string };

import { page } from '$app/state';
import type { Translate } from '#i18n/keys.ts';

/** The archive's name as its settings have it, or the word the pages are built with. */
export function archiveName(t: Translate): string {
  return page.data.archive?.name ?? t('common:brand');
}

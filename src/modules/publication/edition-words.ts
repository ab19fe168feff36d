import type { Formats } from '#i18n/format.ts';
import { workingLanguage, type Locale } from '#i18n/locale.ts';
import type { EditionSummary } from './edition.ts';

/** ١٩٨٦–١٩٨٨, or one year; empty where none is known. */
export function yearsOf({ yearFrom, yearTo }: Pick<EditionSummary, 'yearFrom' | 'yearTo'>, format: Formats): string {
  if (yearFrom === null) return '';
  return yearTo === null || yearTo === yearFrom ? format.year(yearFrom) : `${format.year(yearFrom)}–${format.year(yearTo)}`;
}

/** Citadel prison, 1986–1988. */
export function placeAndYears(edition: Pick<EditionSummary, 'facility' | 'yearFrom' | 'yearTo'>, locale: Locale, format: Formats): string {
  return [edition.facility?.[workingLanguage(locale)], yearsOf(edition, format)].filter(Boolean).join(locale === 'ar' ? '، ' : ', ');
}

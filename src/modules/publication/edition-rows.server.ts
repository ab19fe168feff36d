import type { Selectable } from 'kysely';
import type { PublicationId, TestimonyId } from '#platform/ids.ts';
import type { Publication } from '#platform/schema.ts';
import type { EditionSummary } from './edition.ts';

/** The columns of an edition that lists show; the shapes of its JSON are written down at the table. */
export const SUMMARY_COLUMNS = [
  'id',
  'testimony_id',
  'edition',
  'language',
  'medium',
  'chosen_name',
  'descriptions',
  'facility',
  'year_from',
  'year_to',
  'themes',
  'warnings',
  'published_at',
  'is_sample'
] as const;

export function toSummary(row: Pick<Selectable<Publication>, (typeof SUMMARY_COLUMNS)[number]>): EditionSummary {
  return {
    id: row.id as PublicationId,
    testimonyId: row.testimony_id as TestimonyId,
    edition: row.edition,
    language: row.language,
    medium: row.medium,
    chosenName: row.chosen_name,
    descriptions: row.descriptions as unknown as EditionSummary['descriptions'],
    facility: row.facility as unknown as EditionSummary['facility'],
    yearFrom: row.year_from,
    yearTo: row.year_to,
    themes: row.themes as unknown as EditionSummary['themes'],
    warnings: row.warnings as unknown as EditionSummary['warnings'],
    publishedAt: row.published_at,
    isSample: row.is_sample
  };
}

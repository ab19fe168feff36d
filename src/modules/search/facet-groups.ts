import type { FacetName } from '#engines/index/port.ts';
import type { Formats } from '#i18n/format.ts';
import { workingLanguage, type Locale } from '#i18n/locale.ts';
import type { Key, Translate } from '#i18n/keys.ts';
import type { Named } from '#modules/publication/edition.ts';
import type { Search } from './schema.ts';

export interface FacetValue {
  /** As it stands in the address. */
  value: string;
  name: string;
  count: number;
  chosen: boolean;
}
export interface FacetGroup {
  /** The field's name in the address. */
  field: FacetName;
  title: string;
  values: FacetValue[];
}

interface Reading {
  t: Translate;
  format: Formats;
  locale: Locale;
  names: { facilities: readonly Named[]; themes: readonly Named[] };
}

const TITLES = {
  facility: 'archive:search.place',
  years: 'archive:search.years',
  themes: 'archive:search.themes',
  language: 'archive:search.language',
  medium: 'archive:search.medium'
} as const satisfies Record<FacetName, Key>;

/**
 * The facets of a result in the reader's words: years in their order, everything else by how often it occurs. A chosen value without
 * passages stays, so that it can be taken back. Groups with nothing in them are left out.
 */
export function facetGroups(facets: Record<FacetName, Record<string, number>>, asked: Search, reading: Reading): FacetGroup[] {
  const chosen: Record<FacetName, string[]> = {
    facility: asked.facility,
    years: decadesOf(asked.years),
    themes: asked.themes,
    language: asked.language,
    medium: asked.medium
  };
  return (Object.keys(TITLES) as FacetName[])
    .map((field) => {
      const values = [...new Set([...Object.keys(facets[field]), ...chosen[field]])].map((raw) => ({
        value: field === 'years' ? `${raw}-${Number(raw) + 9}` : raw,
        name: nameOf(field, raw, reading),
        count: facets[field][raw] ?? 0,
        chosen: chosen[field].includes(raw)
      }));
      return {
        field,
        title: reading.t(TITLES[field]),
        values: values.sort((a, b) =>
          field === 'years' ? a.value.localeCompare(b.value) : b.count - a.count || a.name.localeCompare(b.name)
        )
      };
    })
    .filter((group) => group.values.length > 0);
}

/** Whole decades among the years asked for; a single year from another page is no box to tick. */
function decadesOf(years: readonly number[]): string[] {
  const there = new Set(years);
  return [...new Set(years.map((year) => Math.floor(year / 10) * 10))]
    .filter((decade) => Array.from({ length: 10 }, (_, n) => decade + n).every((year) => there.has(year)))
    .map(String);
}

function nameOf(field: FacetName, raw: string, { t, format, locale, names }: Reading): string {
  switch (field) {
    case 'facility':
      return names.facilities.find(({ slug }) => slug === raw)?.[workingLanguage(locale)] ?? raw;
    case 'themes':
      return names.themes.find(({ slug }) => slug === raw)?.[workingLanguage(locale)] ?? raw;
    case 'years':
      return t('archive:decade', { from: format.year(Number(raw)), to: format.year(Number(raw) + 9) });
    case 'language':
      return format.language(raw);
    case 'medium':
      return t(`archive:medium.${raw as Search['medium'][number]}`);
  }
}

import type { Settings } from 'meilisearch';
import { isDeepStrictEqual } from 'node:util';

/** Raise it when a document holds something else than before: the index is then built anew, beside the one that answers. */
export const FORMAT = 1;

/** More values than this of one facet are "many". */
export const MOST_VALUES = 1_000;

/**
 * The index's rules (docs/decisions/0033, 0122). Typo rules are Meilisearch's own defaults, written down because typos.ts counts the
 * same. No stop words and no synonyms: names of places are read into the question, for both engines alike (0123).
 */
export const SETTINGS = {
  searchableAttributes: ['written', 'translated', 'forms', 'translatedForms', 'exact'],
  displayedAttributes: ['publicationId', 'position'],
  filterableAttributes: [
    'audiences',
    'testimonyId',
    'publicationId',
    'position',
    'facility',
    'years',
    'decades',
    'themes',
    'language',
    'medium'
  ],
  sortableAttributes: [],
  rankingRules: ['words', 'typo', 'exactness', 'attribute', 'proximity'],
  stopWords: [],
  synonyms: {},
  separatorTokens: [],
  typoTolerance: {
    enabled: true,
    minWordSizeForTypos: { oneTypo: 5, twoTypos: 9 },
    disableOnWords: [],
    disableOnAttributes: ['exact'],
    disableOnNumbers: true
  },
  faceting: { maxValuesPerFacet: MOST_VALUES, sortFacetValuesBy: { '*': 'alpha' } },
  pagination: { maxTotalHits: 20_000 }
} satisfies Settings;

/** The rules that a server has otherwise, as it has to be told them; none when it is as it should be. */
export function settingsToChange(current: Readonly<Record<string, unknown>>): Partial<Settings> {
  return Object.fromEntries(
    Object.entries(SETTINGS).filter(([rule, wanted]) => !isDeepStrictEqual(settled(rule, current[rule]), settled(rule, wanted)))
  );
}

/** Meilisearch hands what can be filtered back in an order of its own; elsewhere the order is what is meant. */
function settled(rule: string, value: unknown): unknown {
  return rule === 'filterableAttributes' && Array.isArray(value) ? value.toSorted() : value;
}

const MAJOR = 1;
const OLDEST_MINOR = 50;

/** Whether a server of this version (`1.50.0`) does what is asked of it: this minor or a later one of the same major. */
export function isSupported(version: string): boolean {
  const [major, minor] = version.split('.').map(Number);
  return major === MAJOR && minor !== undefined && minor >= OLDEST_MINOR;
}

import type { Actor } from '#platform/actor.ts';
import type { Tx } from '#platform/db.server.ts';
import type { PublicationId, TestimonyId } from '#platform/ids.ts';

/**
 * The search index: knows which passages a question may find, in what order, and how they divide. It keeps words, never a text to
 * show: whoever asks reads the passages from the database, where live consent decides (R10).
 */
export type SearchIndex = {
  readonly name: EngineName;
  /** Puts an edition's passages in the place of all that the index had of the same testimony. */
  replacePublication(edition: IndexedEdition): Promise<void>;
  /** Forgets every passage of a testimony, and every word that only it spoke. */
  removeTestimony(testimonyId: TestimonyId): Promise<void>;
  /**
   * @param ask says what is asked for, in the transaction in which the index reads what it has to know first: one way to the database
   *   and back for both. Asked again where another index has to answer.
   * @throws DomainError `engine_down`; what `ask` throws
   */
  search(reader: Actor, ask: (tx: Tx) => Promise<IndexQuery>): Promise<IndexResult>;
  /** Whole words that begin with any of `beginnings` and stand in what the reader may read, the most frequent first. */
  suggest(reader: Actor, beginnings: readonly string[], take: number): Promise<string[]>;
  health(): Promise<IndexHealth>;
  /**
   * Looks whether the index is what it should be and brings its rules up to date.
   * @returns `rebuild` where it is not there, or not as this version of the archive writes it
   * @throws DomainError `engine_down`, `engine_refused` (another version than is supported)
   */
  check(): Promise<'ready' | 'rebuild'>;
  /**
   * Makes the index hold exactly what the archive has, in whatever state it was. It answers all the while, and what is written
   * meanwhile, by any process, stays.
   * @returns how many passages it holds
   * @throws DomainError `engine_busy` while another process rebuilds it
   */
  rebuild(archive: Archive): Promise<number>;
};

/** What a rebuild reads. */
export type Archive = {
  /** In the order of their testimonies, those after the one named: where another process can go on. */
  editions(after: TestimonyId | null): AsyncIterable<IndexedEdition>;
  /** A moment, as the number of a transaction: whatever changed before it can be read. */
  now(): Promise<number>;
  /** Writes what changed since that moment once more, into all that the index is written to, until nothing new is left. */
  writeChanged(since: number): Promise<void>;
};

export type EngineName = 'postgres' | 'meilisearch';
export const AUDIENCES = ['public', 'journalists', 'court', 'research', 'education'] as const;
export type Audience = (typeof AUDIENCES)[number];
export type Medium = 'video' | 'audio' | 'written';

/** A word of a text: as written, folded, and the shorter forms that it also answers to. */
export type IndexedWord = { exact: string; surface: string; forms: readonly string[] };

/** What a passage can be narrowed by: slugs, language codes, every year it speaks of and their decades (1980 for 1980 to 1989). */
export type Facets = {
  facility: string | null;
  years: readonly number[];
  decades: readonly number[];
  themes: readonly string[];
  language: string;
  medium: Medium;
};

export type IndexedPassage = Facets & { position: number; spoken: readonly IndexedWord[]; translated: readonly (readonly IndexedWord[])[] };

/**
 * A word to correct by, and to complete by where it has something to show: a form that nobody writes has not. `near` gives hashes
 * of what remains when letters are left out.
 */
export type VocabularyEntry = { word: string; shown: string; near: () => number[] };

export type IndexedEdition = {
  publicationId: PublicationId;
  testimonyId: TestimonyId;
  /** By the consent in force when it was indexed; who reads it is asked again at each search. */
  audiences: readonly Audience[];
  passages: readonly IndexedPassage[];
  vocabulary: readonly VocabularyEntry[];
};

/** A word that is asked for, a run of words exactly as written, or a name that goes by others. */
export type Term = AskedWord | AskedPhrase | AskedName;
/** A place: all the words of one of its names. */
export type AskedName = {
  kind: 'name';
  asked: readonly AskedWord[];
  /** The place's other names and spellings, each as its words. */
  others: readonly (readonly AskedWord[])[];
};
export type AskedPhrase = { kind: 'phrase'; exact: readonly string[] };
export type AskedWord = {
  kind: 'word';
  surface: string;
  /** The forms it is asked for in, the fewest that find the most: as a rule a text that answers to another one answers to one of these. */
  widest: readonly string[];
  /** Surface and widest forms, while the last word is being typed; empty for others. */
  beginnings: readonly string[];
  /** Hashes of what remains of these when as many letters as may be wrong are left out; empty when none may. */
  near: readonly number[];
  resembles(word: string): boolean;
};

/** Years are counted by decade: a passage that spans ten years is one passage. */
export type FacetName = 'facility' | 'years' | 'themes' | 'language' | 'medium';
/** Any of the values of a facet, in every facet that is named. */
export type Filters = {
  facility: readonly string[];
  years: readonly number[];
  themes: readonly string[];
  language: readonly string[];
  medium: readonly Medium[];
};

export type IndexQuery = {
  /** All of them have to match. None: everything that the filters let through. */
  terms: readonly Term[];
  filters: Filters;
  /** Set by the server from who asks, never from what is asked. */
  audiences: readonly Audience[];
  /** From 1. */
  page: number;
  perPage: number;
};

export type PassageRef = { publicationId: PublicationId; position: number };

/** `unready`: it is being built, was lost, or is of another version; `behind`: what changed is not in it yet. */
export type Degraded = 'down' | 'slow' | 'unready' | 'behind';

export type IndexResult = {
  engine: EngineName;
  /** Why another engine than the one that was set up has answered. */
  degraded?: Degraded;
  passages: PassageRef[];
  total: number;
  /** In how many testimonies; null where the engine cannot say. */
  testimonies: number | null;
  /** How many passages each value has when the facet's own filter is set aside. */
  facets: Record<FacetName, Record<string, number>>;
};

/** For the desk. `reason`: what is wrong, in a code of ours or the engine's own; `waiting`: testimonies whose change it has not. */
export type IndexHealth = {
  engine: EngineName;
  ok: boolean;
  reason?: string;
  version?: string | null;
  building?: boolean;
  waiting?: number;
};

import { sql } from 'kysely';
import type { Actor } from '#platform/actor.ts';
import { asActor, asSystem, type Db, type Tx } from '#platform/db.server.ts';
import type { TestimonyId } from '#platform/ids.ts';
import type {
  Archive,
  AskedName,
  AskedWord,
  IndexedEdition,
  IndexedPassage,
  IndexedWord,
  IndexResult,
  SearchIndex,
  Term,
  VocabularyEntry
} from './port.ts';

/** Rows of one insert: a few hundred kilobytes. */
const BATCH = 500;
/** A phrase must not run on from the spoken text into a translation. */
const GAP = 2;
/** tsvector positions end here; words behind are found, their order is not. */
const LAST_POSITION = 16_383;
/** Meilisearch's bound for words with one wrong letter, so that both indexes agree. */
const MOST_CORRECTIONS = 150;

/**
 * The index in the archive's own database (migration …_search.sql): no server more, and consent is asked in the same query.
 * Whoever searches needs the web's login, whoever writes the worker's.
 */
export function postgresIndex({ db }: { db: Db }): SearchIndex {
  return {
    name: 'postgres',

    replacePublication: (edition) => asWriter(db, (tx) => replace(tx, edition)),

    removeTestimony: (testimonyId) => asWriter(db, async (tx) => forgetWords(tx, await removePassages(tx, testimonyId))),

    search: (reader, ask) =>
      asActor(db, reader, async (tx) => {
        const query = await ask(tx);
        const tiers = widths(query.terms, await corrections(tx, query.terms));
        const { rows } = await sql<{ answer: Omit<IndexResult, 'engine'> }>`
          select app.search_passages(
            ${tiers}::text[]::tsquery[], ${phraseOf(query.terms)}::tsquery, ${query.audiences}::text[]::public.audience[],
            ${orNull(query.filters.facility)}, ${orNull(query.filters.years)}, ${orNull(query.filters.themes)},
            ${orNull(query.filters.language)}, ${orNull(query.filters.medium)}::text[]::public.medium[],
            ${(query.page - 1) * query.perPage}, ${query.perPage}
          ) as answer`.execute(tx);
        return { engine: 'postgres', ...rows[0]!.answer };
      }),

    suggest: (reader: Actor, beginnings, take) =>
      asActor(db, reader, async (tx) => {
        const { rows } = await sql<{ shown: string }>`
          select shown from app.suggest_words(${beginnings}::text[], null, ${take}) as shown`.execute(tx);
        return rows.map(({ shown }) => shown);
      }),

    health: async () => {
      const { rows } = await sql<{ ok: boolean }>`select to_regclass('public.search_passage') is not null as ok`.execute(db);
      return { engine: 'postgres', ok: rows[0]!.ok };
    },

    check: () => Promise.resolve('ready'),

    rebuild: (archive) => rebuild(db, archive)
  };
}

/** One writer at a time: a word is forgotten only when no passage is left that holds it, and nobody may add one meanwhile. */
function asWriter<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  return asSystem(db, async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtext('search_passage'))`.execute(tx);
    return work(tx);
  });
}

async function replace(tx: Tx, { publicationId, testimonyId, passages, vocabulary }: IndexedEdition): Promise<void> {
  const before = await removePassages(tx, testimonyId);
  for (let at = 0; at < passages.length; at += BATCH) {
    const rows = passages.slice(at, at + BATCH).map((passage) => ({
      position: passage.position,
      language: passage.language,
      medium: passage.medium,
      facility: passage.facility,
      years: passage.years,
      decades: passage.decades,
      themes: passage.themes,
      words: weighted(passage),
      exact: inOrder([passage.spoken, ...passage.translated])
    }));
    await sql`
      insert into search_passage (publication_id, position, testimony_id, language, medium, facility, years, decades, themes, words, exact)
      select ${publicationId}, position, ${testimonyId}, language, medium, facility, years, decades, themes, words::tsvector, exact::tsvector
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(
        position integer, language text, medium medium, facility text, years integer[], decades integer[], themes text[], words text, exact text)`.execute(
      tx
    );
  }
  await learnWords(tx, vocabulary);
  await forgetWords(tx, before);
}

async function learnWords(tx: Tx, vocabulary: readonly VocabularyEntry[]): Promise<void> {
  const { rows } = await sql<{ word: string }>`
    select word from jsonb_to_recordset(${JSON.stringify(vocabulary.map(({ word, shown }) => ({ word, shown })))}::jsonb) as asked(word text, shown text)
    where not exists (select from search_word known where known.word = asked.word and (known.shown <> '' or asked.shown = ''))`.execute(tx);
  const unknown = new Set(rows.map(({ word }) => word));
  const fresh = vocabulary.filter(({ word }) => unknown.has(word)).map(({ word, shown, near }) => ({ word, shown, near: near() }));
  await sql`
    insert into search_word (word, shown, near)
    select word, shown, near from jsonb_to_recordset(${JSON.stringify(fresh)}::jsonb) as r(word text, shown text, near integer[])
    on conflict (word) do update set shown = excluded.shown`.execute(tx);
}

/** @returns the words that stood in them */
async function removePassages(tx: Tx, testimonyId: TestimonyId): Promise<string[]> {
  const { rows } = await sql<{ words: string[] }>`
    with gone as (delete from search_passage where testimony_id = ${testimonyId} returning words)
    select coalesce(array_agg(distinct word), '{}') as words from gone, unnest(tsvector_to_array(gone.words)) word`.execute(tx);
  return rows[0]!.words;
}

/** What was said by one person only must not be completed to others once it is withdrawn. */
async function forgetWords(tx: Tx, words: readonly string[]): Promise<void> {
  if (!words.length) return;
  await sql`
    delete from search_word w where w.word = any (${words}::text[])
      and not exists (select from search_passage s where s.words @@ ('''' || w.word || '''')::tsquery)`.execute(tx);
}

/**
 * Edition by edition, each in a transaction of its own: at every moment each testimony is there once, as it was or as it is, also when
 * this is killed in the middle. What is left of before belongs to no edition any more.
 */
async function rebuild(db: Db, archive: Archive): Promise<number> {
  const since = await archive.now();
  const stale = await asSystem(db, async (tx) => {
    const { rows } = await sql<{ testimony_id: TestimonyId }>`select distinct testimony_id from search_passage`.execute(tx);
    return new Set(rows.map((row) => row.testimony_id));
  });
  for await (const edition of archive.editions(null)) {
    await asWriter(db, (tx) => replace(tx, edition));
    stale.delete(edition.testimonyId);
  }
  for (const testimonyId of stale) await asWriter(db, async (tx) => forgetWords(tx, await removePassages(tx, testimonyId)));
  await archive.writeChanged(since);
  return asWriter(db, async (tx) => {
    await sql`
      delete from search_word w
      where not exists (select from search_passage s where s.words @@ ('''' || w.word || '''')::tsquery)`.execute(tx);
    const { rows } = await sql<{ n: number }>`select count(*) as n from search_passage`.execute(tx);
    return rows[0]!.n;
  });
}

/** A tsvector of folded words: A as spoken, B shorter forms of these; C and D in translation. */
function weighted({ spoken, translated }: IndexedPassage): string {
  const weights = new Map<string, string>();
  const put = (word: string, weight: string) => {
    if (!weights.has(word)) weights.set(word, weight);
  };
  const layers: [readonly IndexedWord[], string, string][] = [
    [spoken, 'A', 'B'],
    [translated.flat(), 'C', 'D']
  ];
  // The best weight of a word is put first and stays.
  for (const [words, asWritten] of layers) for (const { surface } of words) put(surface, asWritten);
  for (const [words, , shorter] of layers) for (const { forms } of words) for (const form of forms) put(form, shorter);
  return Array.from(weights, ([word, weight]) => `${quoted(word)}:1${weight}`).join(' ');
}

function inOrder(texts: readonly (readonly IndexedWord[])[]): string {
  const places = new Map<string, number[]>();
  let at = 0;
  for (const words of texts) {
    for (const { exact } of words) places.set(exact, [...(places.get(exact) ?? []), Math.min(++at, LAST_POSITION)]);
    at += GAP;
  }
  // Postgres keeps 255 places of a word.
  return Array.from(places, ([word, where]) => `${quoted(word)}:${where.slice(0, 255).join(',')}`).join(' ');
}

/** Words of the index that an asked one may have been meant to be. */
async function corrections(tx: Tx, terms: readonly Term[]): Promise<Map<AskedWord, string[]>> {
  const found = new Map<AskedWord, string[]>();
  for (const asked of terms.flatMap((term) => (term.kind === 'word' ? [term] : term.kind === 'name' ? term.asked : []))) {
    if (!asked.near.length) continue;
    const { rows } = await sql<{ word: string }>`select word from app.words_near(${asked.near}::integer[]) as word`.execute(tx);
    found.set(
      asked,
      rows
        .map(({ word }) => word)
        .filter(asked.resembles)
        .slice(0, MOST_CORRECTIONS)
    );
  }
  return found;
}

/** The words of a question in six widths, as app.search_passages takes them; nothing when it has none. */
function widths(terms: readonly Term[], corrected: Map<AskedWord, string[]>): string[] {
  const asked = terms.filter((term) => term.kind !== 'phrase');
  if (!asked.length) return [];
  type Width = (word: AskedWord) => string[];
  const together = (words: readonly AskedWord[], width: Width) => words.map((word) => `(${width(word).join('|')})`).join('&');
  const oneOf = (term: AskedName, width: Width) => [term.asked, ...term.others].map((words) => `(${together(words, width)})`).join('|');
  /** @param others whether a place's other names count as well */
  const all = (width: Width, others: boolean) =>
    asked
      .map((term) => (term.kind === 'word' ? together([term], width) : others ? `(${oneOf(term, width)})` : together(term.asked, width)))
      .join('&');
  const asWritten = (weights: string) => (word: AskedWord) => [`${quoted(word.surface)}:${weights}`];
  const inSomeForm = (weights: string) => (word: AskedWord) => [word.surface, ...word.widest].map((form) => `${quoted(form)}:${weights}`);
  const begun = (word: AskedWord) => [...inSomeForm('ABCD')(word), ...word.beginnings.map((beginning) => `${quoted(beginning)}:*`)];
  const inAnyWay = (word: AskedWord) => [...begun(word), ...(corrected.get(word) ?? []).map(quoted)];
  return [
    all(asWritten('A'), false),
    all(asWritten('AC'), false),
    all(inSomeForm('AB'), true),
    all(inSomeForm('ABCD'), true),
    all(begun, true),
    all(inAnyWay, true)
  ];
}

function phraseOf(terms: readonly Term[]): string | null {
  const phrases = terms.filter((term) => term.kind === 'phrase').map(({ exact }) => `(${exact.map(quoted).join('<->')})`);
  return phrases.length ? phrases.join('&') : null;
}

/** A lexeme in the text form of tsvector and tsquery. */
function quoted(word: string): string {
  return `'${word.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/** An empty filter lets everything through. */
function orNull<T>(values: readonly T[]): readonly T[] | null {
  return values.length ? values : null;
}

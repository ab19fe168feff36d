import { afterAll, beforeAll, expect, it } from 'vitest';
import { postgresIndex } from '#engines/index/postgres.server.ts';
import type { Filters, IndexQuery, PassageRef, SearchIndex, Term } from '#engines/index/port.ts';
import { tokenise } from '#modules/search/normalise.ts';
import { understand } from '#modules/search/question.ts';
import { reindexArchive } from '#modules/search/reindex-archive.server.ts';
import { formsInText } from '#modules/search/word-forms.ts';
import { VISITOR } from '#platform/actor.ts';
import { testDatabase, type TestDatabase } from '../database.ts';
import { contract } from '../support/contract.ts';
import { layArchive, vocabularies } from '../support/generated-archive.ts';
import { cornerOf, type Corner } from '../support/meilisearch.ts';

const { MEILI_URL, MEILI_MASTER_KEY } = process.env;
const PASSAGES = 2_000;
const QUERIES = 500;
/** More than there are passages: an answer is compared whole. */
const ALL = 5_000;

const OPEN: Filters = { facility: [], years: [], themes: [], language: [], medium: [] };
type Query = { kind: string; q: string; filters: Filters };

const swapped = (word: string, at: number) => word.slice(0, at) + word[at + 1]! + word[at]! + word.slice(at + 2);
const PARTICLES = ['و', 'ب', 'ل', 'ال', 'وال', 'بال', 'لل', 'كال', 'فال'];
const ENDINGS = ['ها', 'هم', 'ين', 'ات', 'نا', 'ه'];
const FILTERS: Partial<Filters>[] = [
  { facility: ['place-3', 'place-4'] },
  { years: [1980, 1981] },
  { themes: ['theme-2'] },
  { language: ['ar'] },
  { facility: ['place-1'], language: ['en'], years: [1991] },
  { medium: ['audio'] }
];

/** Ten kinds in turn, over words of every frequency, each other one Arabic. */
const KINDS: ((
  word: string,
  other: string,
  i: number
) => Omit<Query, 'kind' | 'filters'> & { kind: string; filters?: Partial<Filters> })[] = [
  (word) => ({ kind: 'whole', q: `${word} ` }),
  (word) => ({ kind: 'begun, three letters', q: word.slice(0, 3) }),
  (word) => ({ kind: 'begun, more letters', q: word.slice(0, 5) }),
  (word) => ({ kind: 'as typed', q: word }),
  (word) => ({ kind: 'misspelt', q: `${swapped(word, 2)} ` }),
  (word) => ({ kind: 'misspelt and begun', q: swapped(word, 2).slice(0, 6) }),
  (word, _, i) => ({ kind: 'particle', q: `${PARTICLES[i % PARTICLES.length]}${word} ` }),
  (word, _, i) => ({ kind: 'ending', q: `${word}${ENDINGS[i % ENDINGS.length]} ` }),
  (word, other) => ({ kind: 'two words', q: `${word} ${other}` }),
  (word, other, i) => (i % 2 ? { kind: 'quoted', q: `"${word}"` } : { kind: 'quoted run', q: `"${word} ${other}"` }),
  (word, _, i) => ({ kind: 'narrowed', q: `${word} `, filters: FILTERS[i % FILTERS.length] })
];

function queries(): Query[] {
  const { asked } = vocabularies();
  return Array.from({ length: QUERIES }, (_, i) => {
    const word = asked[(i * 7) % asked.length]!;
    const { kind, q, filters } = KINDS[i % KINDS.length]!(word, asked[(i * 13 + 5) % asked.length]!, Math.floor(i / KINDS.length));
    return { kind, q, filters: { ...OPEN, ...filters } };
  });
}

/** How a passage answers a word, by our own rules alone: 2 in some form, 1 as its beginning, 0 misspelt. */
type Closeness = 0 | 1 | 2;
const CLOSEST: Closeness = 2;

contract('search, both engines alike', [{ name: 'meilisearch', variable: 'MEILI_URL' }], () => {
  let database: TestDatabase;
  let corner: Corner;
  let postgres: SearchIndex;
  let meilisearch: SearchIndex;
  const texts = new Map<string, { text: string; language: string }[]>();

  beforeAll(async () => {
    database = await testDatabase();
    corner = await cornerOf(MEILI_URL!, MEILI_MASTER_KEY!);
    await layArchive(database, PASSAGES, vocabularies());
    const db = database.workerDb;
    await reindexArchive({ db, index: postgresIndex({ db }) });
    await reindexArchive({ db, index: corner.forWorker(db) });
    postgres = postgresIndex({ db: database.db });
    meilisearch = corner.forWeb(database.db);
    const rows = await database.sql<{ id: string; text: string; language: string; translations: Record<string, { text: string }> }>(
      `select publication_id || '_' || position as id, text, language, translations from publication_passage`
    );
    for (const { id, text, language, translations } of rows)
      texts.set(id, [
        { text, language },
        ...Object.entries(translations).map(([into, translation]) => ({ text: translation.text, language: into }))
      ]);
  });
  afterAll(async () => {
    await corner?.clear();
    await database?.close();
  });

  const idOf = ({ publicationId, position }: PassageRef) => `${publicationId}_${position}`;
  const ask = async (index: SearchIndex, { q, filters }: Query) => {
    const query: IndexQuery = { terms: understand(q), filters, audiences: ['public'], page: 1, perPage: ALL };
    const { engine, passages, total, facets } = await index.search(VISITOR, () => Promise.resolve(query));
    expect([engine, total]).toEqual([index.name, passages.length]);
    return { ids: passages.map(idOf), facets };
  };

  function closeness(id: string, term: Term): Closeness {
    if (term.kind !== 'word') return CLOSEST;
    const asked = new Set([term.surface, ...term.widest]);
    let begun = false;
    for (const { text, language } of texts.get(id)!)
      for (const token of tokenise(text)) {
        const { surface, forms } = formsInText(token, language);
        const known = [surface, ...forms];
        if (known.some((form) => asked.has(form))) return CLOSEST;
        begun ||= known.some((form) => term.beginnings.some((beginning) => form.startsWith(beginning)));
      }
    return begun ? 1 : 0;
  }

  /** Where a less close passage stands before a closer one. */
  const inversions = (ids: readonly string[], [term]: readonly Term[]) => {
    const ranks = ids.map((id) => closeness(id, term!));
    return ranks.filter((rank, i) => i > 0 && rank > ranks[i - 1]!).length;
  };

  it(`finds the same passages for ${QUERIES} questions, and counts them alike`, async () => {
    const different: object[] = [];
    let answers = 0;
    for (const query of queries()) {
      const [ours, theirs] = await Promise.all([ask(postgres, query), ask(meilisearch, query)]);
      answers += ours.ids.length;
      const [a, b] = [new Set(ours.ids), new Set(theirs.ids)];
      const [missing, more] = [ours.ids.filter((id) => !b.has(id)), theirs.ids.filter((id) => !a.has(id))];
      if (missing.length || more.length)
        different.push({ kind: query.kind, q: query.q, missing, more: more.map((id) => [id, texts.get(id)]) });
      else expect(theirs.facets, query.q).toEqual(ours.facets);
    }
    expect(different).toEqual([]);
    expect(answers).toBeGreaterThan(QUERIES * 5);
  });

  // Allowed: among passages that answer alike (both in some form, both as a beginning, both misspelt) Postgres puts the newest edition first
  // and Meilisearch speech before translation, early before late. Not allowed: one that answers less closely before one that does more.
  it('puts what answers more closely first, whichever answers; only passages that answer alike stand in another order', async () => {
    let otherwise = 0;
    for (const query of queries().filter(({ kind }) => kind !== 'two words')) {
      const terms = understand(query.q);
      const [ours, theirs] = await Promise.all([ask(postgres, query), ask(meilisearch, query)]);
      if (ours.ids.join() !== theirs.ids.join()) otherwise++;
      expect([query.q, inversions(ours.ids, terms), inversions(theirs.ids, terms)]).toEqual([query.q, 0, 0]);
    }
    expect(otherwise).toBeGreaterThan(0);
  });
});

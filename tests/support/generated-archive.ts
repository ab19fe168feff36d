import pg from 'pg';
import type { TestDatabase } from '../database.ts';

export type Vocabulary = { arabic: string[]; english: string[]; /** Half Arabic, every frequency. */ asked: string[] };

/** How many passages are generated: both by default, or `BENCH_PASSAGES=20000`. */
export const sizes = () => (process.env.BENCH_PASSAGES ? [Number(process.env.BENCH_PASSAGES)] : [20_000, 100_000]);

const PASSAGES_OF_ONE = 20;
const WORDS_OF_ONE = 22;
const ASKED = 1_000;
const ARABIC = ['و', 'ب', 'ل', 'ال', 'وال', 'بال', 'لل'];

/** The same numbers in every run. */
function randomly(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

/** Twenty thousand words of each language, made of its letters as often as they stand in it, the frequent ones first and shorter. */
export function vocabularies(): Vocabulary {
  const random = randomly(7);
  const make = (letters: string, count: number) => {
    const words = new Set<string>();
    while (words.size < count) {
      const length = 3 + Math.floor(random() * 3 + Math.log10(words.size + 1));
      words.add(Array.from({ length }, () => letters[Math.floor(random() * letters.length)]!).join(''));
    }
    return [...words];
  };
  const arabic = make('اااالليييمممننووتترربببعددهههسسفقكحجشخصطضزثذغظ', 20_000);
  const english = make('eeeeeettttaaaooiiinnnsshhrrddllccuummwwffggyppbbvk', 20_000);
  // Ranks 50 to 10,000 in even steps of their logarithm: words that someone would look for, the first in 3 of 100 passages.
  const rank = (i: number) => Math.floor(50 * 200 ** (i / (ASKED / 2)));
  const asked = Array.from({ length: ASKED }, (_, i) => (i % 2 ? english : arabic)[rank(i >> 1)]!);
  return { arabic, english, asked };
}

/** Editions of twenty passages, half spoken in Arabic, each translated into the other language, words by Zipf's law. */
export async function layArchive(database: TestDatabase, passages: number, { arabic, english }: Vocabulary): Promise<void> {
  const random = randomly(11);
  const zipf = (words: string[]) => words[Math.floor(words.length ** random()) - 1] ?? words[0]!;
  const sayArabic = () =>
    Array.from({ length: WORDS_OF_ONE }, () => (random() < 0.3 ? ARABIC[Math.floor(random() * ARABIC.length)]! : '') + zipf(arabic)).join(
      ' '
    );
  const sayEnglish = () => Array.from({ length: WORDS_OF_ONE }, () => zipf(english)).join(' ');
  await asOwner(database, async (owner) => {
    await layTestimonies(owner, passages / PASSAGES_OF_ONE);
    const { rows: editions } = await owner.query<{ id: string; testimony_id: string; number: number }>(
      'select id, testimony_id, row_number() over (order by id)::int as number from publication'
    );
    for (let at = 0; at < editions.length; at += 100) {
      const rows = editions.slice(at, at + 100).flatMap(({ id, testimony_id, number }) =>
        Array.from({ length: PASSAGES_OF_ONE }, (_, position) => {
          const [language, into] = number % 2 ? ['ar', 'en'] : ['en', 'ar'];
          const [text, other] = number % 2 ? [sayArabic(), sayEnglish()] : [sayEnglish(), sayArabic()];
          return { id, testimony_id, position, language, text, translations: { [into!]: { text: other, provenance: 'machine' } } };
        })
      );
      await owner.query(
        `insert into publication_passage (publication_id, testimony_id, position, start_ms, end_ms, language, text, provenance, translations)
         select id, testimony_id, position, position * 9000, position * 9000 + 8000, language, text, 'human', translations
         from jsonb_to_recordset($1::jsonb) as r(id uuid, testimony_id uuid, position int, language text, text text, translations jsonb)`,
        [JSON.stringify(rows)]
      );
    }
  });
}

/** Past the triggers, which would want two reviewers for each edition. */
export async function asOwner<T>({ ownerUrl }: Pick<TestDatabase, 'ownerUrl'>, work: (owner: pg.Client) => Promise<T>): Promise<T> {
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  try {
    await owner.query('set session_replication_role = replica');
    return await work(owner);
  } finally {
    await owner.end();
  }
}

/** Testimonies, each with an open edition; one in ten is open to journalists only. */
export async function layTestimonies(owner: pg.Client, count: number): Promise<void> {
  await owner.query(
    `insert into consent_text (version, language, body, sha256) values (1, 'ar', '{}', repeat('a', 64)) on conflict do nothing`
  );
  await owner.query(
    `insert into testimony (state, left_to_archive, language, medium, year_from, year_to, submitted_at)
     select 'published', true, case when n % 2 = 0 then 'ar' else 'en' end, 'audio', 1970 + n % 50, 1972 + n % 50, now() from generate_series(1, $1) n`,
    [count]
  );
  await owner.query(`
    insert into consent (testimony_id, version, text_version, text_language, keep)
      select id, 1, 1, 'ar', 'yes' from testimony;
    insert into live_consent (testimony_id, consent_id, audiences, machine, name, face, voice, place)
      select t.id, c.id, case when t.number % 10 = 0 then '{journalists}' else '{public,research}' end::audience[], true, true, true, true, true
      from testimony t join consent c on c.testimony_id = t.id;
    insert into edit_list (testimony_id, number, sealed_at, rendered_at) select id, 1, now(), now() from testimony;
    insert into publication (testimony_id, edition, edit_list_id, language, medium, descriptions, facility, themes, year_from, year_to, sha256)
      select t.id, 1, l.id, t.language, t.medium, jsonb_build_object('ar', jsonb_build_object('title', 'شهادة', 'summary', '')),
        jsonb_build_object('slug', 'place-' || t.number % 20, 'ar', 'مكان', 'en', 'Place'),
        jsonb_build_array(jsonb_build_object('slug', 'theme-' || t.number % 9, 'ar', 'موضوع', 'en', 'Theme'), jsonb_build_object('slug', 'theme-' || t.number % 5 + 9, 'ar', 'موضوع', 'en', 'Theme')),
        t.year_from, t.year_to, repeat('a', 64)
      from testimony t join edit_list l on l.testimony_id = t.id`);
}

import { sql } from 'kysely';
import type { Actor } from '#platform/actor.ts';
import { asActor, type Db, type Tx } from '#platform/db.server.ts';
import type { TestimonyId } from '#platform/ids.ts';
import type { Description, Named, Provenance } from './edition.ts';

export interface CountedName extends Named {
  count: number;
}
export interface CountedPlace extends CountedName {
  aliases: string[];
  latitude: number | null;
  longitude: number | null;
}

/** A short passage to open the archive with. */
export interface Excerpt {
  testimonyId: TestimonyId;
  language: string;
  descriptions: Record<string, Description>;
  facility: Named | null;
  yearFrom: number | null;
  text: string;
  translations: Record<string, { text: string; provenance: Provenance }>;
  mediumNumber: number;
  position: number;
  startMs: number | null;
  /** Of the whole recording: loudness 0..100 and length. */
  peaks: number[];
  durationMs: number;
}

export interface Overview {
  total: number;
  /** How many testimonies speak of each year, ascending; years of which nobody speaks are left out. */
  years: { year: number; count: number }[];
  /** And of each decade, by its first year; one that speaks of ten years counts once. */
  decades: { from: number; count: number }[];
  places: CountedPlace[];
  themes: CountedName[];
  excerpt: Excerpt | null;
}

/** What is open to `actor`, counted: for the front page and the pages of places, years and themes. */
export async function readOverview({ db }: { db: Db }, actor: Actor): Promise<Overview> {
  return asActor(db, actor, async (tx) => {
    const { total } = await tx
      .selectFrom('publication')
      .where('unpublished_at', 'is', null)
      .select((eb) => eb.fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow();
    if (total === 0) return { total, years: [], decades: [], places: [], themes: [], excerpt: null };
    return {
      total,
      years: await years(tx),
      decades: await decades(tx),
      places: await places(tx),
      themes: await themes(tx),
      excerpt: await excerpt(tx)
    };
  });
}

async function years(tx: Tx): Promise<Overview['years']> {
  const { rows } = await sql<{ year: number; count: number }>`
    select year, count(*) as count
    from publication, generate_series(year_from::int, coalesce(year_to, year_from)::int) as year
    where unpublished_at is null
    group by year order by year`.execute(tx);
  return rows;
}

async function decades(tx: Tx): Promise<Overview['decades']> {
  const { rows } = await sql<{ from: number; count: number }>`
    select decade as "from", count(*) as count
    from publication, generate_series(year_from::int / 10 * 10, coalesce(year_to, year_from)::int, 10) as decade
    where unpublished_at is null
    group by decade order by decade`.execute(tx);
  return rows;
}

async function places(tx: Tx): Promise<CountedPlace[]> {
  const { rows } = await sql<CountedPlace>`
    select p.facility ->> 'slug' as slug, min(p.facility ->> 'ar') as ar, min(p.facility ->> 'en') as en, count(*) as count,
      coalesce(f.aliases, '{}') as aliases, f.latitude, f.longitude
    from publication p left join facility f on f.slug = p.facility ->> 'slug'
    where p.unpublished_at is null and p.facility is not null
    group by p.facility ->> 'slug', f.aliases, f.latitude, f.longitude
    order by count desc, slug`.execute(tx);
  return rows;
}

async function themes(tx: Tx): Promise<CountedName[]> {
  const { rows } = await sql<CountedName>`
    select theme ->> 'slug' as slug, min(theme ->> 'ar') as ar, min(theme ->> 'en') as en, count(*) as count
    from publication, jsonb_array_elements(themes) as theme
    where unpublished_at is null
    group by theme ->> 'slug'
    order by count desc, slug`.execute(tx);
  return rows;
}

/**
 * One passage a day: short, without anything hard, from a testimony without warnings; the ones with a translation first, whole
 * sentences before parts, and what a human made before the machine's.
 */
async function excerpt(tx: Tx): Promise<Excerpt | null> {
  const { rows } = await sql<Excerpt>`
    select p.testimony_id as "testimonyId", s.language, p.descriptions, p.facility, p.year_from as "yearFrom",
      s.text, s.translations, s.medium_number as "mediumNumber", s.position, s.start_ms as "startMs",
      coalesce(m.peaks, '{}') as peaks, coalesce(m.duration_ms, 0) as "durationMs"
    from publication p
    join publication_passage s on s.publication_id = p.id
    left join publication_medium m on m.publication_id = p.id and m.number = s.medium_number
    where p.unpublished_at is null and p.warnings = '[]' and not s.hard and char_length(s.text) between 40 and 260
    order by s.start_ms is null, s.translations = '{}', s.text !~ '[.!?؟][”»"]?$' or s.text ~ '^[a-z]', s.provenance = 'machine', md5(p.id::text || s.position || current_date)
    limit 1`.execute(tx);
  return rows[0] ?? null;
}

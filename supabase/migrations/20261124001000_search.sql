-- The search index that Postgres itself keeps. It holds words and where they stand, no text to show: whoever searches reads the
-- passages from the edition, under its policies.
create table search_passage (
  publication_id uuid not null references publication on delete cascade,
  position       integer not null,
  testimony_id   uuid not null references testimony on delete cascade,
  language       text not null,
  medium         medium not null,
  facility       text,
  years          integer[] not null default '{}',
  decades        integer[] not null default '{}',
  themes         text[] not null default '{}',
  words          tsvector not null,
  exact          tsvector not null,
  primary key (publication_id, position)
);
comment on table search_passage is
  'A passage as search sees it. words: folded by the application; A as spoken, B shorter forms of these, C and D the same in translation. exact: as written, in order, for quoted questions.';
create index on search_passage (testimony_id);
create index on search_passage using gin (words) with (fastupdate = off);
create index on search_passage using gin (exact) with (fastupdate = off);
-- A match is ranked by its words: they stay in the row, uncompressed as long as it fits half a page.
alter table search_passage alter column words set storage main;
alter table search_passage set (toast_tuple_target = 4080);

create table search_word (
  word  text collate "C" primary key check (word !~ '[''\\\s]'),
  shown text not null,
  near  integer[] not null
);
comment on table search_word is
  'The words of the index, to complete and correct by. shown: with its hamza and marks. near: hashes of what remains when letters are left out; two words that share one may be misspellings of each other.';
create index on search_word using gin (near) with (fastupdate = off);

alter table search_passage enable row level security;
alter table search_word enable row level security;
grant select, insert, update, delete on search_passage, search_word to worker;
create policy "the worker keeps the index" on search_passage for all to worker using (true) with check (true);
create policy "the worker keeps the words of the index" on search_word for all to worker using (true) with check (true);

-- What the policy of editions asks of live consent, for many at once; `audiences && app.my_audiences()` is left to who looks.
-- Withdrawal needs no asking: it unpublishes in its own transaction.
create view app.consented_edition as
  select p.id as publication_id, p.published_at, c.audiences
  from public.publication p join public.live_consent c using (testimony_id)
  where p.unpublished_at is null;
comment on view app.consented_edition is 'Open editions and whom live consent opens them to. Granted to nobody: the functions of search look through it.';

-- Whom the request may read for, of those that it asks for.
create function app.audiences_among(wanted public.audience[]) returns public.audience[]
  language sql stable security definer
  set search_path = ''
as $$ select coalesce(array_agg(a), '{}') from unnest(app.my_audiences()) a where wanted is null or a = any (wanted) $$;

-- Which passages answer a question, best first, and how they divide. A security definer, because row level security would keep the
-- text index from being used (@@ is not leakproof); it asks live consent itself.
-- tiers: the question in six widths, narrowest first: as written and spoken, as written, in some form and spoken, in some form, begun, misspelt.
create function app.search_passages(
  tiers tsquery[], phrase tsquery, wanted public.audience[],
  in_facility text[], in_years integer[], in_themes text[], in_language text[], in_medium public.medium[],
  skip integer, take integer
) returns jsonb
  language plpgsql stable security definer
  set search_path = ''
  set plan_cache_mode = force_custom_plan
  set jit = off
as $$
declare
  spoken_as_written constant tsquery := tiers[1];
  as_written constant tsquery := tiers[2];
  spoken_in_some_form constant tsquery := tiers[3];
  in_some_form constant tsquery := tiers[4];
  begun constant tsquery := tiers[5];
  in_any_way constant tsquery := tiers[6];
  mine constant public.audience[] := app.audiences_among(wanted);
  answer jsonb;
begin
  with matching as materialized (
    select s.publication_id, s.position, s.testimony_id, s.facility, s.decades, s.themes, s.language, s.medium,
      case
        when in_any_way is null or s.words @@ spoken_as_written then 5
        when s.words @@ as_written then 4
        when s.words @@ spoken_in_some_form then 3
        when s.words @@ in_some_form then 2
        when s.words @@ begun then 1
        else 0
      end as tier,
      in_facility is null or coalesce(s.facility = any (in_facility), false) as by_facility,
      in_years is null or s.years && in_years as by_years,
      in_themes is null or s.themes && in_themes as by_themes,
      in_language is null or s.language = any (in_language) as by_language,
      in_medium is null or s.medium = any (in_medium) as by_medium
    from public.search_passage s
    where (in_any_way is null or s.words @@ in_any_way) and (phrase is null or s.exact @@ phrase)
  ),
  found as materialized (
    select m.*, e.published_at from matching m join app.consented_edition e using (publication_id) where e.audiences && mine
  ),
  kept as (
    select * from found where by_facility and by_years and by_themes and by_language and by_medium
  )
  select jsonb_build_object(
    'total', (select count(*) from kept),
    'testimonies', (select count(distinct testimony_id) from kept),
    'passages', (
      select coalesce(jsonb_agg(jsonb_build_object('publicationId', p.publication_id, 'position', p.position)), '[]') from (
        select publication_id, position from kept
        order by tier desc, published_at desc, publication_id, position offset skip limit take
      ) p
    ),
    'facets', jsonb_build_object(
      'facility', (select coalesce(jsonb_object_agg(value, n), '{}') from (
        select facility as value, count(*) as n from found
        where facility is not null and by_years and by_themes and by_language and by_medium group by 1) f),
      'years', (select coalesce(jsonb_object_agg(value, n), '{}') from (
        select value, count(*) as n from (
          select unnest(decades) as value from found where by_facility and by_themes and by_language and by_medium) d group by 1) f),
      'themes', (select coalesce(jsonb_object_agg(value, n), '{}') from (
        select value, count(*) as n from (
          select unnest(themes) as value from found where by_facility and by_years and by_language and by_medium) t group by 1) f),
      'language', (select coalesce(jsonb_object_agg(value, n), '{}') from (
        select language as value, count(*) as n from found
        where by_facility and by_years and by_themes and by_medium group by 1) f),
      'medium', (select coalesce(jsonb_object_agg(value, n), '{}') from (
        select medium as value, count(*) as n from found
        where by_facility and by_years and by_themes and by_language group by 1) f)
    )
  ) into answer;
  return answer;
end $$;

-- Words of the index that a misspelt one may have meant.
create function app.words_near(remainders integer[]) returns setof text
  language sql stable security definer
  set search_path = ''
as $$ select word from public.search_word where near && remainders limit 500 $$;

-- Words that begin so and stand in what the request may read, the most frequent first. Counting stops where the order is plain.
create function app.suggest_words(beginnings text[], wanted public.audience[], take integer) returns setof text
  language plpgsql stable security definer
  set search_path = ''
  set plan_cache_mode = force_custom_plan
as $$
declare
  open constant uuid[] := array(
    select e.publication_id from app.consented_edition e where e.audiences && (select app.audiences_among(wanted)));
begin
  return query
    select c.shown
    from (
      select distinct on (w.word) w.word, w.shown
      from unnest(beginnings) b(beginning)
      cross join lateral (
        select s.word, s.shown from public.search_word s
        where s.word >= b.beginning and s.word < b.beginning || U&'\+10FFFF'
        order by length(s.word), s.word limit 20
      ) w
    ) c
    cross join lateral (
      select count(*) as n from (
        select from public.search_passage s
        -- "is true" keeps the planner from looking every edition up by its key, once for each word.
        where s.words @@ ('''' || c.word || '''')::tsquery and (s.publication_id = any (open)) is true
        limit 20
      ) seen
    ) uses
    where uses.n > 0
    order by uses.n desc, length(c.word), c.word
    limit take;
end $$;

grant execute on function app.search_passages, app.words_near, app.suggest_words to anon, authenticated, contributor, worker;

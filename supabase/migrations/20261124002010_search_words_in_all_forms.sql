-- Misspellings are found in every form that a passage answers to, as the search server finds them: the words of the index now hold
-- these forms as well, which nobody writes and which therefore show nothing and complete nothing (docs/decisions/0124).
comment on column search_word.shown is 'As it is written, with its hamza and marks; empty for a form that only corrects.';

create or replace function app.words_near(remainders integer[]) returns setof text
  language sql stable security definer
  set search_path = ''
as $$ select word from public.search_word where near && remainders limit 5000 $$;

-- Words that begin so and stand in what the request may read, the most frequent first. Counting stops where the order is plain.
create or replace function app.suggest_words(beginnings text[], wanted public.audience[], take integer) returns setof text
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
        where s.word >= b.beginning and s.word < b.beginning || U&'\+10FFFF' and s.shown <> ''
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

-- Whom live consent opens an edition to, kept in the edition's own row: a policy that compares two columns costs a list nothing, one
-- that looks into another table for each row made a visitor's list twice as dear (docs/decisions/0061).
alter table publication add column audiences audience[] not null default '{}';
comment on column publication.audiences is
  'A copy of live_consent.audiences, written by triggers in the transaction that changes consent; nobody is granted to write it.';

-- Both directions, so that neither order of events leaves an old copy. The lock makes whoever publishes and whoever answers wait for
-- each other: consent that changes while an edition is being made is seen by one of the two.
create function copy_audiences_to_new_edition() returns trigger
  language plpgsql security definer
  set search_path = ''
as $$
begin
  perform from public.testimony where id = new.testimony_id for update;
  new.audiences := coalesce((select audiences from public.live_consent where testimony_id = new.testimony_id), '{}');
  return new;
end $$;
create trigger copy_audiences before insert on publication for each row execute function copy_audiences_to_new_edition();

create function copy_audiences_to_editions() returns trigger
  language plpgsql security definer
  set search_path = ''
as $$
begin
  update public.publication p set audiences = case when tg_op = 'DELETE' then '{}' else new.audiences end
    where p.testimony_id = coalesce(new.testimony_id, old.testimony_id) and p.unpublished_at is null;
  return null;
end $$;
create trigger copy_audiences after insert or delete or update of audiences on live_consent
  for each row execute function copy_audiences_to_editions();

-- Also where triggers are asleep, as in a restore: no way of writing consent leaves an edition more open than it says.
alter table publication enable always trigger copy_audiences;
alter table live_consent enable always trigger copy_audiences;

create or replace function refuse_changing_publication() returns trigger
  language plpgsql
  set search_path = ''
as $$
declare
  forgotten jsonb := '{"chosen_name": null, "descriptions": {}, "facility": null, "year_from": null, "year_to": null, "themes": [], "warnings": [], "redactions": []}';
begin
  if tg_table_name = 'publication' then
    -- Audiences follow consent (copy_audiences); they are no part of what the edition says.
    if old.unpublished_at is null
      and to_jsonb(new) - array['unpublished_at', 'audiences', 'is_public'] = to_jsonb(old) - array['unpublished_at', 'audiences', 'is_public']
    then
      return new;
    end if;
    if old.unpublished_at is not null and to_jsonb(new) - 'is_public' = (to_jsonb(old) - 'is_public') || forgotten then
      return new;
    end if;
  end if;
  raise exception 'an edition does not change' using errcode = 'SW010';
end $$;

update publication p set audiences = c.audiences from live_consent c where c.testimony_id = p.testimony_id and p.unpublished_at is null;

-- Everyone may read for the public: where that opens an edition, nobody's audiences have to be looked up or compared.
alter table publication add column is_public boolean not null generated always as ('public' = any (audiences)) stored;
alter policy "everyone reads editions that live consent opens to them" on publication
  using (unpublished_at is null and (is_public or audiences && (select app.my_audiences())));
drop view app.open_testimony;
drop function app.open_to_me;

create or replace view app.consented_edition as
  select id as publication_id, published_at, audiences from public.publication where unpublished_at is null;
comment on view app.consented_edition is 'Open editions and whom live consent opens them to. Granted to nobody: the functions of search look through it.';

-- The newest first, and how many: both are answered from the index alone, policy included.
drop index publication_published_at_idx;
create index publication_newest on publication (published_at desc, id) include (is_public, audiences) where unpublished_at is null;
-- Asked again for each passage and medium of an edition: from the index, not from its long row. "(select true …)" says the same as
-- "exists", which the planner answers by reading every open edition into a hash first, however few passages are asked for.
create unique index publication_open on publication (id) include (is_public, audiences) where unpublished_at is null;
alter policy "everyone reads passages of editions they may read" on publication_passage
  using ((select true from publication p where p.id = publication_id));
alter policy "everyone hears media of editions they may read" on publication_medium
  using ((select true from publication p where p.id = publication_id));

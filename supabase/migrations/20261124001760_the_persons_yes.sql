-- Nothing is published before the person said yes to exactly what the public would see (R12, R24): silence is no. Only who expressly
-- leaves the decision to the archive is not asked (docs/decisions/0095).
alter table archive add column asks_person boolean not null default true;
comment on column archive.asks_person is 'Whether each edition waits for its person''s own yes.';
grant update (asks_person) on archive to authenticated;

alter table testimony add column asks_person boolean not null default true;
comment on column testimony.asks_person is 'archive.asks_person when the cooling-off began: what a person was promised outlasts a changed setting.';
alter table testimony add column left_to_archive boolean not null default false;
comment on column testimony.left_to_archive is 'The person expressly leaves it to the archive to publish; never ticked beforehand.';
grant update (left_to_archive) on testimony to contributor;

create type edition_verdict as enum ('publish', 'not_yet');
create table edition_answer (
  id           uuid primary key default gen_random_uuid(),
  testimony_id uuid not null references testimony on delete cascade,
  edit_list_id uuid not null,
  verdict      edition_verdict not null,
  shown        text not null check (shown ~ '^[0-9a-f]{64}$'),
  given_at     timestamptz not null default clock_timestamp(),
  foreign key (edit_list_id, testimony_id) references edit_list (id, testimony_id) on delete cascade
);
comment on table edition_answer is 'What a person said to the public version they were shown. shown: fingerprint of all it says. The newest about an edit list holds.';
create index on edition_answer (edit_list_id, given_at desc);
create index on edition_answer (testimony_id);
create trigger refuse_rewriting before update on edition_answer for each statement execute function refuse_rewriting();

-- All that an edition would say now, as one fingerprint: its words and which names are left out of them. Traits are the person's own
-- to change, and hold at once.
create function app.edition_shown(wanted uuid) returns text
  language sql stable security definer
  set search_path = ''
as $$
  select encode(sha256(convert_to(concat_ws(E'\n', app.words_of(wanted),
    (select string_agg(p.name, E'\n' order by p.name) from public.third_party p
      where p.testimony_id = wanted and p.verdict is distinct from 'may_be_named')), 'UTF8')), 'hex')
  where current_setting('role', true) = 'worker' or wanted = app.claimed_testimony() or app.at_desk_as('reviewer')
$$;
grant execute on function app.edition_shown to contributor, authenticated, worker;

-- What the person last said of the edit list in force, while it still is what they were shown; null: nothing yet.
create function app.persons_answer(wanted uuid) returns edition_verdict
  language sql stable security definer
  set search_path = ''
as $$
  select a.verdict from public.testimony t join public.edition_answer a on a.edit_list_id = t.edit_list_id
  where t.id = wanted and (a.verdict = 'not_yet' or a.shown = app.edition_shown(wanted))
    and not exists (select from public.edition_answer later where later.edit_list_id = a.edit_list_id and later.given_at > a.given_at)
$$;
grant execute on function app.persons_answer to contributor, authenticated, worker;

create function refuse_answer_to_another_edition() returns trigger
  language plpgsql security definer
  set search_path = ''
as $$
begin
  perform from public.testimony where id = new.testimony_id for update;
  if not exists (
    select from public.testimony t join public.edit_list l on l.id = t.edit_list_id
    where t.id = new.testimony_id and l.id = new.edit_list_id and l.rendered_at is not null)
    or new.shown is distinct from app.edition_shown(new.testimony_id)
  then
    raise exception 'not what would be published now' using errcode = 'SW004';
  end if;
  if not exists (select from public.testimony where id = new.testimony_id and state in ('in_review', 'approved', 'scheduled')) then
    raise exception 'nothing waits for this answer' using errcode = 'SW001';
  end if;
  return new;
end $$;
create trigger refuse_answer_to_another_edition before insert on edition_answer
  for each row execute function refuse_answer_to_another_edition();

alter table edition_answer enable row level security;
grant select, insert (testimony_id, edit_list_id, verdict, shown) on edition_answer to contributor;
grant select on edition_answer to authenticated, worker;
create policy "a contributor reads what they answered" on edition_answer for select to contributor using (testimony_id = (select app.claimed_testimony()));
create policy "a contributor answers to their edition" on edition_answer for insert to contributor with check (testimony_id = (select app.claimed_testimony()));
create policy "reviewers at the desk read what the person answered" on edition_answer for select to authenticated
  using ((select app.at_desk_as('reviewer')) and exists (select from testimony t where t.id = testimony_id and t.state <> 'withdrawn'));
create policy "the worker reads what the person answered" on edition_answer for select to worker using (true);

create function app.may_be_published(about public.testimony) returns boolean
  language sql stable security definer
  set search_path = ''
as $$
  select case app.persons_answer(about.id)
    when 'publish' then true
    when 'not_yet' then false
    else about.left_to_archive or not about.asks_person
  end
$$;
grant execute on function app.may_be_published to contributor, authenticated, worker;

create function note_whether_person_is_asked() returns trigger
  language plpgsql security definer
  set search_path = ''
as $$
begin
  new.asks_person := (select asks_person from public.archive);
  return new;
end $$;
create trigger g_note_whether_person_is_asked before update of state on testimony
  for each row when (new.state = 'scheduled' and old.state is distinct from new.state) execute function note_whether_person_is_asked();

create function refuse_publishing_unasked() returns trigger
  language plpgsql security definer
  set search_path = ''
as $$
declare
  about public.testimony;
begin
  select * into about from public.testimony
    where id = case tg_table_name when 'publication' then (to_jsonb(new) ->> 'testimony_id')::uuid else (to_jsonb(new) ->> 'id')::uuid end
    for update;
  if not app.may_be_published(about) then
    raise exception 'the person did not say yes to this edition' using errcode = 'SW019';
  end if;
  return new;
end $$;
create trigger h_refuse_publishing_unasked before update of state on testimony
  for each row when (new.state = 'published' and old.state is distinct from new.state) execute function refuse_publishing_unasked();
create trigger z_refuse_publishing_unasked before insert on publication for each row execute function refuse_publishing_unasked();

-- "Not yet" leads back to the desk from the cooling-off as well: the next edit list is then approved by two people anew.
insert into testimony_step ("from", "to", taken_by) values ('approved', 'in_review', 'contributor'), ('scheduled', 'in_review', 'contributor');

-- What was told before (R15): nobody has to tell it twice, and whoever weighs two accounts knows that there are two.
create type told_to as enum ('organisation', 'journalist', 'court', 'asylum_office', 'public', 'other');

create table earlier_account (
  id           uuid primary key default gen_random_uuid(),
  testimony_id uuid not null references testimony on delete cascade,
  told_to      told_to not null,
  link         text check (char_length(link) <= 2000 and link ~ '^https?://[^[:space:]]+$'),
  note         text check (char_length(btrim(note)) between 1 and 1000),
  added_at     timestamptz not null default now()
);
comment on table earlier_account is 'To whom the same was told before, and where it can be found; read at the desk, never published.';
create index on earlier_account (testimony_id);

alter table earlier_account enable row level security;
grant select on earlier_account to contributor, authenticated, worker;
grant insert (testimony_id, told_to, link, note), delete on earlier_account to contributor;
grant delete on earlier_account to worker;
create policy "a contributor reads what they told before" on earlier_account for select to contributor using (testimony_id = (select app.claimed_testimony()));
create policy "a contributor says what was told before, while telling" on earlier_account for insert to contributor
  with check (testimony_id = (select app.claimed_testimony()) and app.is_being_told(testimony_id));
create policy "a contributor takes that back, while telling" on earlier_account for delete to contributor
  using (testimony_id = (select app.claimed_testimony()) and app.is_being_told(testimony_id));
create policy "reviewers at the desk read what was told before" on earlier_account for select to authenticated
  using ((select app.at_desk_as('reviewer')) and exists (select from testimony t where t.id = testimony_id and t.state <> 'withdrawn'));
create policy "the worker finds what was told before" on earlier_account for select to worker using (true);
create policy "the worker destroys it with what was withdrawn" on earlier_account for delete to worker
  using (exists (select from testimony t where t.id = testimony_id and t.state = 'withdrawn' and t.destroy_recordings));

-- Other people whom a testimony names (R16): flagged by whoever notices, left out of every public text until somebody at the desk
-- wrote down why they may be named, and no edition is approved while one of them was not looked at.
create type third_party_verdict as enum ('leave_out', 'may_be_named');

create table third_party (
  id           uuid primary key default gen_random_uuid(),
  testimony_id uuid not null references testimony on delete cascade,
  name         text not null check (char_length(btrim(name)) between 1 and 200),
  note         text check (char_length(btrim(note)) between 1 and 1000),
  flagged_by   sender not null,
  flagged_at   timestamptz not null default now(),
  verdict      third_party_verdict,
  reason       text check (char_length(btrim(reason)) between 10 and 4000),
  assessed_by  uuid references account on delete set null,
  assessed_at  timestamptz,
  check ((verdict is null) = (reason is null) and (verdict is null) = (assessed_at is null))
);
comment on table third_party is 'Somebody else a testimony names, as they are named in it. No verdict: not assessed, and left out of what is public.';
create index on third_party (testimony_id);

create function note_assessment() returns trigger
  language plpgsql
  set search_path = ''
as $$
begin
  new.assessed_by := auth.uid();
  new.assessed_at := now();
  return new;
end $$;
create trigger note_assessment before update of verdict, reason on third_party for each row execute function note_assessment();
create trigger refuse_changing_approved before insert or update or delete on third_party for each row execute function refuse_changing_approved();

create function refuse_unassessed_third_party() returns trigger
  language plpgsql security definer
  set search_path = ''
as $$
begin
  if exists (select from public.third_party where testimony_id = new.testimony_id and verdict is null) then
    raise exception 'somebody who is named was not assessed' using errcode = 'SW017';
  end if;
  return new;
end $$;
create trigger refuse_unassessed_third_party before insert on decision
  for each row when (new.verdict = 'approve') execute function refuse_unassessed_third_party();

alter table third_party enable row level security;
grant select on third_party to authenticated, worker;
-- What the desk thought of somebody is the desk's.
grant select (id, testimony_id, name, note, flagged_by, flagged_at) on third_party to contributor;
grant insert (testimony_id, name, note, flagged_by), delete on third_party to contributor;
grant insert (testimony_id, name, note, flagged_by), update (verdict, reason), delete on third_party to authenticated;
grant delete on third_party to worker;
create policy "a contributor reads whom they flagged" on third_party for select to contributor
  using (testimony_id = (select app.claimed_testimony()) and flagged_by = 'contributor');
create policy "a contributor flags others while telling" on third_party for insert to contributor
  with check (testimony_id = (select app.claimed_testimony()) and flagged_by = 'contributor' and app.is_being_told(testimony_id));
create policy "a contributor takes a flag of theirs back while telling" on third_party for delete to contributor
  using (testimony_id = (select app.claimed_testimony()) and flagged_by = 'contributor' and app.is_being_told(testimony_id));
create policy "reviewers at the desk read who was flagged" on third_party for select to authenticated
  using ((select app.at_desk_as('reviewer')) and exists (select from testimony t where t.id = testimony_id and t.state <> 'withdrawn'));
create policy "reviewers flag others while under review" on third_party for insert to authenticated
  with check ((select app.at_desk_as('reviewer')) and flagged_by = 'desk' and app.is_under_review(testimony_id));
create policy "reviewers assess who was flagged while under review" on third_party for update to authenticated
  using ((select app.at_desk_as('reviewer')) and app.is_under_review(testimony_id)) with check ((select app.at_desk_as('reviewer')));
create policy "reviewers take a flag of the desk back while under review" on third_party for delete to authenticated
  using ((select app.at_desk_as('reviewer')) and flagged_by = 'desk' and app.is_under_review(testimony_id));
create policy "the worker leaves flagged names out" on third_party for select to worker using (true);
create policy "the worker destroys flags on what was withdrawn" on third_party for delete to worker
  using (exists (select from testimony t where t.id = testimony_id and t.state = 'withdrawn' and t.destroy_recordings));

-- Who is left out changes what an edition says: an approval is of that as well.
create or replace function app.words_of(wanted uuid) returns text
  language sql stable
  set search_path = ''
as $$
  select encode(sha256(convert_to(concat_ws(E'\n',
    (select row(t.language, t.chosen_name, t.facility_id, t.year_from, t.year_to, t.hard_material)::text from public.testimony t where t.id = wanted),
    (select string_agg(row(s.id, s.transcript_id, s.position, s.start_ms, s.end_ms, s.speaker, s.text, s.words, s.provenance, s.confirmed_by)::text,
      E'\n' order by s.id) from public.segment s where s.testimony_id = wanted),
    (select string_agg(row(x.segment_id, x.language, x.text, x.provenance, x.confirmed_by, x.source_version)::text,
      E'\n' order by x.segment_id, x.language) from public.translation x where x.testimony_id = wanted),
    (select string_agg(row(d.language, d.title, d.summary)::text, E'\n' order by d.language) from public.testimony_description d where d.testimony_id = wanted),
    (select string_agg(m.theme_id::text, E'\n' order by m.theme_id) from public.testimony_theme m where m.testimony_id = wanted),
    (select string_agg(row(w.id, w.kind, w.note, w.start_ms, w.end_ms)::text, E'\n' order by w.id) from public.content_warning w where w.testimony_id = wanted),
    (select string_agg(row(p.id, p.name, p.verdict)::text, E'\n' order by p.id) from public.third_party p where p.testimony_id = wanted)
  ), 'UTF8')), 'hex')
$$;

-- The person corrects what was written down of their words (R26): under the same versions as the desk, so that neither overwrites the
-- other, and only while nobody approved it.
create function app.is_written_down_for_review(wanted uuid) returns boolean
  language sql stable security definer
  set search_path = ''
as $$ select exists (select from public.testimony where id = wanted and state in ('submitted', 'in_review', 'changes_requested')) $$;
grant execute on function app.is_written_down_for_review to contributor;
grant update (text, words, provenance, confirmed_by, version) on segment to contributor;
create policy "a contributor corrects their own passages while under review" on segment for update to contributor
  using (testimony_id = (select app.claimed_testimony()) and app.is_written_down_for_review(testimony_id))
  with check (testimony_id = (select app.claimed_testimony()) and confirmed_by is null);

alter table segment_version add column changed_as text check (changed_as in ('contributor', 'authenticated', 'worker'));
comment on column segment_version.changed_as is 'As whom it was changed into the next version; null in rows from before this was kept.';
create or replace function keep_segment_version() returns trigger
  language plpgsql security definer
  set search_path = ''
as $$
declare
  acting constant text := current_setting('role', true);
begin
  insert into public.segment_version (segment_id, version, text, speaker, start_ms, end_ms, provenance, changed_by, changed_at, changed_as)
  values (old.id, old.version, old.text, old.speaker, old.start_ms, old.end_ms, old.provenance, auth.uid(), old.changed_at,
    case when acting in ('contributor', 'authenticated', 'worker') then acting end);
  return null;
end $$;

-- What a person wants taken out of the public version, as they marked it in their own text.
create type cut_outcome as enum ('taken_out', 'answered');
create table cut_request (
  id           uuid primary key default gen_random_uuid(),
  testimony_id uuid not null references testimony on delete cascade,
  segment_id   uuid references segment on delete set null,
  recording_id uuid,
  start_ms     integer check (start_ms >= 0),
  end_ms       integer check (end_ms > start_ms),
  words        text not null check (char_length(words) between 1 and 20000),
  why          text not null default '' check (char_length(why) <= 2000),
  asked_at     timestamptz not null default now(),
  outcome      cut_outcome,
  settled_by   uuid references account on delete set null,
  settled_at   timestamptz,
  check ((outcome is null) = (settled_at is null)),
  check ((recording_id is null) = (start_ms is null) and (start_ms is null) = (end_ms is null)),
  foreign key (recording_id, testimony_id) references recording (id, testimony_id) on delete cascade
);
comment on table cut_request is 'A passage, or words of one, that its person asks to take out. start_ms, end_ms: in the recording; null for what was written. Open until a reviewer took it out or answered.';
create index on cut_request (testimony_id) where outcome is null;

create function note_settlement() returns trigger
  language plpgsql
  set search_path = ''
as $$
begin
  if old.outcome is not null then raise exception 'settled already' using errcode = 'SW007'; end if;
  new.settled_by := auth.uid();
  new.settled_at := now();
  return new;
end $$;
create trigger note_settlement before update of outcome on cut_request for each row execute function note_settlement();

create function app.has_open_cuts(wanted uuid) returns boolean
  language sql stable security definer
  set search_path = ''
as $$ select exists (select from public.cut_request where testimony_id = wanted and outcome is null) $$;
grant execute on function app.has_open_cuts to contributor, authenticated, worker;

create function app.may_ask_for_cuts(wanted uuid) returns boolean
  language sql stable security definer
  set search_path = ''
as $$ select exists (select from public.testimony where id = wanted and state in ('submitted', 'in_review', 'changes_requested', 'approved', 'scheduled')) $$;
grant execute on function app.may_ask_for_cuts to contributor;

alter table cut_request enable row level security;
grant select, insert (testimony_id, segment_id, recording_id, start_ms, end_ms, words, why), delete on cut_request to contributor;
grant select, update (outcome) on cut_request to authenticated;
grant select, delete on cut_request to worker;
create policy "a contributor sees what they asked to take out" on cut_request for select to contributor using (testimony_id = (select app.claimed_testimony()));
create policy "a contributor asks for cuts until it is published" on cut_request for insert to contributor
  with check (testimony_id = (select app.claimed_testimony()) and app.may_ask_for_cuts(testimony_id));
create policy "a contributor takes an open request back" on cut_request for delete to contributor
  using (testimony_id = (select app.claimed_testimony()) and outcome is null);
create policy "reviewers at the desk see what is asked to be taken out" on cut_request for select to authenticated
  using ((select app.at_desk_as('reviewer')) and exists (select from testimony t where t.id = testimony_id and t.state <> 'withdrawn'));
create policy "reviewers at the desk settle requests while under review" on cut_request for update to authenticated
  using ((select app.at_desk_as('reviewer')) and app.is_under_review(testimony_id)) with check ((select app.at_desk_as('reviewer')));
create policy "the worker reads requests" on cut_request for select to worker using (true);
create policy "the worker destroys requests" on cut_request for delete to worker using (true);

-- Nobody approves, and nothing is published, over the head of somebody who asked for a cut.
create function refuse_approving_over_requests() returns trigger
  language plpgsql security definer
  set search_path = ''
as $$
begin
  perform from public.testimony where id = new.testimony_id for update;
  if app.has_open_cuts(new.testimony_id) then
    raise exception 'the person asked for cuts' using errcode = 'SW020';
  end if;
  return new;
end $$;
create trigger refuse_approving_over_requests before insert on decision
  for each row when (new.verdict = 'approve') execute function refuse_approving_over_requests();
create function lock_for_request() returns trigger
  language plpgsql security definer
  set search_path = ''
as $$
begin
  perform from public.testimony where id = new.testimony_id for update;
  return new;
end $$;
create trigger lock_for_request before insert on cut_request for each row execute function lock_for_request();

create or replace function app.may_be_published(about public.testimony) returns boolean
  language sql stable security definer
  set search_path = ''
as $$
  select not app.has_open_cuts(about.id) and case app.persons_answer(about.id)
    when 'publish' then true
    when 'not_yet' then false
    else about.left_to_archive or not about.asks_person
  end
$$;

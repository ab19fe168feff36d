-- What was said, by passage, and its translations; on every text, who made it (R37).
create type provenance as enum ('machine', 'human');

create table transcript (
  id           uuid primary key default gen_random_uuid(),
  testimony_id uuid not null references testimony on delete cascade,
  recording_id uuid unique references recording on delete cascade,
  language     text not null check (language ~ '^[a-z]{2,3}$'),
  engine       text,
  made_at      timestamptz not null default now()
);
comment on table transcript is 'The transcript of a recording, or, without one, of a statement (one for each testimony). engine: what wrote it first, null where a person did.';
create unique index on transcript (testimony_id) where recording_id is null;
create index on transcript (testimony_id);

create table segment (
  id            uuid primary key default gen_random_uuid(),
  transcript_id uuid not null references transcript on delete cascade,
  testimony_id  uuid not null references testimony on delete cascade,
  position      double precision not null,
  start_ms      integer check (start_ms >= 0),
  end_ms        integer check (end_ms > start_ms),
  speaker       text not null default '' check (char_length(speaker) <= 80),
  text          text not null check (char_length(text) <= 20000),
  words         jsonb not null default '[]',
  machine_text  text,
  provenance    provenance not null,
  confirmed_by  uuid references account on delete set null,
  version       integer not null default 1,
  changed_at    timestamptz not null default now(),
  unique (transcript_id, position),
  check ((start_ms is null) = (end_ms is null))
);
comment on table segment is 'A spoken passage: start, end, speaker, words ([{"w","s","e","p"}]: text, start ms, end ms, probability). machine_text stays beside what people made of it.';
create index on segment (testimony_id);

create table translation (
  segment_id     uuid not null references segment on delete cascade,
  language       text not null check (language ~ '^[a-z]{2,3}$'),
  testimony_id   uuid not null references testimony on delete cascade,
  text           text not null check (char_length(text) <= 20000),
  machine_text   text,
  provenance     provenance not null,
  engine         text,
  source_version integer not null,
  confirmed_by   uuid references account on delete set null,
  version        integer not null default 1,
  changed_at     timestamptz not null default now(),
  primary key (segment_id, language)
);
comment on table translation is 'A segment in another language. Stale where source_version is behind the segment''s version.';
create index on translation (testimony_id);

-- Two people never overwrite each other: a change names the version it was made on, and the next one is counted here.
create function count_version() returns trigger
  language plpgsql
  set search_path = ''
as $$
begin
  if new.version <> old.version then
    raise exception 'version % is not the one this was made on', old.version using errcode = 'SW007';
  end if;
  new.version := old.version + 1;
  new.changed_at := now();
  return new;
end $$;
create trigger count_version before update on segment for each row execute function count_version();
create trigger count_version before update on translation for each row execute function count_version();

create table segment_version (
  segment_id   uuid not null references segment on delete cascade,
  version      integer not null,
  text         text not null,
  speaker      text not null,
  start_ms     integer,
  end_ms       integer,
  provenance   provenance not null,
  changed_by   uuid,
  changed_at   timestamptz not null,
  primary key (segment_id, version)
);
comment on table segment_version is 'What a segment said before each change.';
create function keep_segment_version() returns trigger
  language plpgsql security definer
  set search_path = ''
as $$
begin
  insert into public.segment_version (segment_id, version, text, speaker, start_ms, end_ms, provenance, changed_by, changed_at)
  values (old.id, old.version, old.text, old.speaker, old.start_ms, old.end_ms, old.provenance, auth.uid(), old.changed_at);
  return null;
end $$;
create trigger keep_segment_version after update on segment for each row execute function keep_segment_version();

-- May the person at the desk work on this text now?
create function app.may_edit_text(testimony uuid) returns boolean
  language sql stable security definer
  set search_path = ''
as $$ select (app.at_desk_as('reviewer') or app.assigned_to_me(testimony)) and app.is_under_review(testimony) $$;
grant execute on function app.may_edit_text to authenticated;

alter table transcript enable row level security;
alter table segment enable row level security;
alter table translation enable row level security;
alter table segment_version enable row level security;

grant select on transcript, segment, translation to contributor, authenticated, worker;
grant select on segment_version to authenticated;
grant insert (id, testimony_id, recording_id, language), update (language) on transcript to authenticated;
grant insert (id, transcript_id, testimony_id, position, start_ms, end_ms, speaker, text, words, machine_text, provenance, confirmed_by),
  update (position, start_ms, end_ms, speaker, text, words, provenance, confirmed_by, version), delete on segment to authenticated;
grant insert (segment_id, language, testimony_id, text, provenance, source_version, confirmed_by),
  update (text, provenance, source_version, confirmed_by, version), delete on translation to authenticated;
grant insert, update, delete on transcript, segment, translation to worker;

create policy "a contributor reads their transcript" on transcript for select to contributor using (testimony_id = (select app.claimed_testimony()));
create policy "a contributor reads their passages" on segment for select to contributor using (testimony_id = (select app.claimed_testimony()));
create policy "a contributor reads their translations" on translation for select to contributor using (testimony_id = (select app.claimed_testimony()));
create policy "the desk reads transcripts" on transcript for select to authenticated using (exists (select from testimony t where t.id = testimony_id and t.state <> 'withdrawn'));
create policy "the desk begins transcripts" on transcript for insert to authenticated with check (app.may_edit_text(testimony_id));
create policy "the desk changes transcripts" on transcript for update to authenticated using (app.may_edit_text(testimony_id)) with check (app.may_edit_text(testimony_id));
create policy "the desk reads passages" on segment for select to authenticated using (exists (select from testimony t where t.id = testimony_id and t.state <> 'withdrawn'));
create policy "the desk writes passages" on segment for insert to authenticated with check (app.may_edit_text(testimony_id));
create policy "the desk changes passages" on segment for update to authenticated using (app.may_edit_text(testimony_id)) with check (app.may_edit_text(testimony_id));
create policy "the desk deletes passages" on segment for delete to authenticated using (app.may_edit_text(testimony_id));
create policy "the desk reads translations" on translation for select to authenticated using (exists (select from testimony t where t.id = testimony_id and t.state <> 'withdrawn'));
create policy "the desk writes translations" on translation for insert to authenticated with check (app.may_edit_text(testimony_id));
create policy "the desk changes translations" on translation for update to authenticated using (app.may_edit_text(testimony_id)) with check (app.may_edit_text(testimony_id));
create policy "the desk deletes translations" on translation for delete to authenticated using (app.may_edit_text(testimony_id));
create policy "the desk reads earlier versions" on segment_version for select to authenticated
  using (exists (select from segment s where s.id = segment_id));
create policy "the worker writes transcripts" on transcript for all to worker using (true) with check (true);
create policy "the worker writes passages" on segment for all to worker using (true) with check (true);
create policy "the worker writes translations" on translation for all to worker using (true) with check (true);

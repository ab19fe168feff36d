-- A recording is a file as received, immutable; renditions are derived from it (R35).
create type recording_state as enum ('expected', 'received', 'verified', 'refused', 'destroyed');
create type recording_kind as enum ('video', 'audio');

create table recording (
  id            uuid primary key default gen_random_uuid(),
  testimony_id  uuid not null references testimony on delete cascade,
  position      smallint not null check (position between 1 and 50),
  state         recording_state not null default 'expected',
  kind          recording_kind not null,
  media_type    text not null check (media_type ~ '^(audio|video)/[a-z0-9.+-]{1,60}$'),
  bytes         bigint not null check (bytes between 1 and 17179869184),
  sha256        text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  store_key     text unique check (store_key ~ '^[a-z0-9/._-]{1,200}$'),
  duration_ms   integer check (duration_ms > 0),
  refused_for   text check (refused_for ~ '^[a-z_]{1,60}$'),
  created_at    timestamptz not null default now(),
  received_at   timestamptz,
  unique (testimony_id, position),
  check ((state = 'refused') = (refused_for is not null))
);
comment on table recording is 'A file as received. sha256 is what the browser computed; intake stops unless the server finds the same (R34).';

create type rendition_kind as enum ('light_video', 'light_audio', 'speech_audio', 'peaks', 'public_video', 'public_audio', 'public_peaks');

create table rendition (
  id           uuid primary key default gen_random_uuid(),
  recording_id uuid not null references recording on delete cascade,
  testimony_id uuid not null references testimony on delete cascade,
  edit_list_id uuid,
  kind         rendition_kind not null,
  media_type   text not null,
  bytes        bigint not null check (bytes > 0),
  sha256       text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  store_key    text not null unique check (store_key ~ '^[a-z0-9/._-]{1,200}$'),
  duration_ms  integer,
  made_at      timestamptz not null default now(),
  unique nulls not distinct (recording_id, kind, edit_list_id)
);
comment on table rendition is 'A file derived from a recording: light copies for the desk, public ones rendered from an edit list.';
create index on rendition (testimony_id);

create type processing_step_name as enum ('verify', 'inspect', 'renditions', 'find_speech', 'transcribe', 'translate', 'render_public');
create type processing_step_state as enum ('waiting', 'running', 'done', 'failed', 'needs_human');

create table processing_step (
  recording_id uuid not null references recording on delete cascade,
  testimony_id uuid not null references testimony on delete cascade,
  step         processing_step_name not null,
  state        processing_step_state not null default 'waiting',
  progress     real not null default 0 check (progress between 0 and 1),
  reason       text check (reason ~ '^[a-z_]{1,60}$'),
  attempts     smallint not null default 0,
  changed_at   timestamptz not null default now(),
  primary key (recording_id, step)
);
comment on table processing_step is 'How far the worker is with a recording, as the desk sees it. reason: why it failed or needs a human (no_engine, machine_refused, …).';
create index on processing_step (testimony_id);

create table speech_piece (
  recording_id uuid not null references recording on delete cascade,
  position     smallint not null,
  start_ms     integer not null check (start_ms >= 0),
  end_ms       integer not null check (end_ms > start_ms),
  heard        jsonb,
  in_english   jsonb,
  primary key (recording_id, position)
);
comment on table speech_piece is 'A part of at most five minutes, cut at a silence, and what the transcriber heard in it; emptied once the transcript is put together.';

alter table recording enable row level security;
alter table rendition enable row level security;
alter table processing_step enable row level security;
alter table speech_piece enable row level security;

grant select on recording, rendition, processing_step to contributor, authenticated, worker;
grant insert (id, testimony_id, position, kind, media_type, bytes, sha256), update (state, store_key, received_at), delete on recording to contributor;
grant update (state, duration_ms, refused_for, store_key, media_type, kind, received_at) on recording to worker;
grant insert, update, delete on rendition to worker;
grant insert, update, delete on processing_step to worker;
grant select, insert, update, delete on speech_piece to worker;

create policy "a contributor sees their own recordings" on recording for select to contributor using (testimony_id = (select app.claimed_testimony()));
create policy "a contributor announces a recording while telling" on recording for insert to contributor
  with check (testimony_id = (select app.claimed_testimony()) and app.is_being_told(testimony_id));
create policy "a contributor hands over what was announced" on recording for update to contributor
  using (testimony_id = (select app.claimed_testimony()) and state = 'expected' and app.is_being_told(testimony_id))
  with check (testimony_id = (select app.claimed_testimony()) and state in ('expected', 'received'));
create policy "a contributor deletes a recording while telling" on recording for delete to contributor
  using (testimony_id = (select app.claimed_testimony()) and app.is_being_told(testimony_id));
create policy "reviewers at the desk see recordings" on recording for select to authenticated
  using (exists (select from testimony t where t.id = testimony_id and t.state <> 'withdrawn'));
create policy "the worker sees recordings" on recording for select to worker using (true);
create policy "the worker notes what it found of recordings" on recording for update to worker using (true) with check (true);

create policy "a contributor sees what was made of their recordings" on rendition for select to contributor using (testimony_id = (select app.claimed_testimony()));
create policy "the desk sees renditions" on rendition for select to authenticated using (exists (select from testimony t where t.id = testimony_id and t.state <> 'withdrawn'));
create policy "the worker makes renditions" on rendition for all to worker using (true) with check (true);

create policy "a contributor sees how far it is" on processing_step for select to contributor using (testimony_id = (select app.claimed_testimony()));
create policy "the desk sees how far it is" on processing_step for select to authenticated using (exists (select from testimony t where t.id = testimony_id and t.state <> 'withdrawn'));
create policy "the worker tells how far it is" on processing_step for all to worker using (true) with check (true);
create policy "the worker keeps pieces" on speech_piece for all to worker using (true) with check (true);

-- The questions read aloud by a person (R6): one sound for each part of a consent text, in its version and language.
create type narration_state as enum ('waiting', 'ready', 'refused');

create table narration (
  id            uuid primary key default gen_random_uuid(),
  text_version  integer not null,
  text_language text not null,
  part          text not null check (part ~ '^[a-z]{3,20}$'),
  state         narration_state not null default 'waiting',
  refused_for   text check (refused_for ~ '^[a-z_]{1,60}$'),
  media_type    text,
  bytes         integer check (bytes > 0),
  sha256        text check (sha256 ~ '^[0-9a-f]{64}$'),
  duration_ms   integer check (duration_ms > 0),
  added_by      uuid default auth.uid() references account on delete set null,
  added_at      timestamptz not null default now(),
  foreign key (text_version, text_language) references consent_text (version, language) on delete restrict,
  check ((state = 'refused') = (refused_for is not null)),
  check ((state = 'ready') = (sha256 is not null))
);
comment on table narration is 'A consent text read aloud. sha256, type and length are of the stripped copy that is played; the newest ready one of a part is.';
create index on narration (text_version, text_language, part);

alter table narration enable row level security;
grant select on narration to anon, contributor, authenticated, worker;
grant insert (id, text_version, text_language, part), delete on narration to authenticated;
grant update (state, refused_for, media_type, bytes, sha256, duration_ms), delete on narration to worker;
create policy "everyone hears what is ready" on narration for select using (state = 'ready');
create policy "admins at the desk see every narration" on narration for select to authenticated using ((select app.at_desk_as('admin')));
create policy "admins at the desk add narrations" on narration for insert to authenticated with check ((select app.at_desk_as('admin')));
create policy "admins at the desk take narrations away" on narration for delete to authenticated using ((select app.at_desk_as('admin')));
create policy "the worker sees every narration" on narration for select to worker using (true);
create policy "the worker notes what it made of a narration" on narration for update to worker using (true) with check (true);
create policy "the worker takes away what a newer narration replaced" on narration for delete to worker using (true);

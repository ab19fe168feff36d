-- A testimony's life: one row per step that exists, and who may take it. Everything else is refused here, whoever asks.
create type testimony_state as enum
  ('draft', 'submitted', 'in_review', 'changes_requested', 'approved', 'scheduled', 'published', 'declined', 'withdrawn');
create type medium as enum ('video', 'audio', 'written');

create table testimony_step (
  "from"   testimony_state not null,
  "to"     testimony_state not null,
  taken_by name not null check (taken_by in ('contributor', 'authenticated', 'worker')),
  primary key ("from", "to")
);
comment on table testimony_step is 'The steps of a testimony''s life and the role that takes each; modules/testimony/rules.ts holds the same.';

insert into testimony_step ("from", "to", taken_by) values
  ('draft', 'submitted', 'contributor'), ('changes_requested', 'submitted', 'contributor'),
  ('submitted', 'in_review', 'authenticated'), ('in_review', 'changes_requested', 'authenticated'),
  ('in_review', 'approved', 'authenticated'),
  ('in_review', 'declined', 'authenticated'), ('changes_requested', 'declined', 'authenticated'),
  ('approved', 'scheduled', 'worker'), ('scheduled', 'published', 'worker'),
  ('draft', 'withdrawn', 'contributor'), ('submitted', 'withdrawn', 'contributor'), ('in_review', 'withdrawn', 'contributor'),
  ('changes_requested', 'withdrawn', 'contributor'), ('approved', 'withdrawn', 'contributor'), ('scheduled', 'withdrawn', 'contributor'),
  ('published', 'withdrawn', 'contributor'), ('declined', 'withdrawn', 'contributor');

create table testimony (
  id               uuid primary key default gen_random_uuid(),
  number           bigint generated always as identity unique,
  state            testimony_state not null default 'draft',
  state_since      timestamptz not null default now(),
  language         text not null check (language ~ '^[a-z]{2,3}$'),
  medium           medium,
  chosen_name      text check (char_length(chosen_name) between 1 and 80),
  facility_id      uuid references facility on delete set null,
  year_from        smallint check (year_from between 1900 and 2200),
  year_to          smallint check (year_to between year_from and 2200),
  hard_material    boolean not null default false,
  edit_list_id     uuid,
  submitted_by     uuid references account on delete restrict,
  submitted_at     timestamptz,
  publish_after    timestamptz,
  destroy_recordings boolean not null default false,
  is_sample        boolean not null default false,
  created_at       timestamptz not null default now()
);
comment on table testimony is 'What one person tells, from the first word of a draft to its public editions or its withdrawal.';
comment on column testimony.submitted_by is 'The staff member who submitted for somebody else; null where the contributor did.';
comment on column testimony.chosen_name is 'The name the person chose to be shown by; never their own unless they chose so.';
create index on testimony (state, state_since);

create table testimony_description (
  testimony_id uuid not null references testimony on delete cascade,
  language     text not null check (language ~ '^[a-z]{2,3}$'),
  title        text not null check (char_length(btrim(title)) between 1 and 200),
  summary      text not null default '' check (char_length(summary) <= 2000),
  primary key (testimony_id, language)
);
comment on table testimony_description is 'Title and summary, as the desk wrote them, in each language.';

create table testimony_theme (
  testimony_id uuid not null references testimony on delete cascade,
  theme_id     uuid not null references theme on delete cascade,
  primary key (testimony_id, theme_id)
);
comment on table testimony_theme is 'Which themes a testimony speaks of.';

create table content_warning (
  id           uuid primary key default gen_random_uuid(),
  testimony_id uuid not null references testimony on delete cascade,
  kind         text not null check (kind in ('violence', 'sexual_violence', 'death', 'deprivation', 'self_harm', 'children', 'other')),
  note         text not null default '' check (char_length(note) <= 300),
  start_ms     integer check (start_ms >= 0),
  end_ms       integer check (end_ms > start_ms)
);
comment on table content_warning is 'What a listener is warned of before the media, with its times where it has any (R38).';
create index on content_warning (testimony_id);

create table statement (
  testimony_id uuid primary key references testimony on delete cascade,
  body         text not null check (char_length(body) between 1 and 400000),
  updated_at   timestamptz not null default now()
);
comment on table statement is 'A testimony that was written instead of spoken.';

create type task as enum ('transcribe', 'translate', 'review');
create table assignment (
  testimony_id uuid not null references testimony on delete cascade,
  user_id      uuid not null references account on delete cascade,
  task         task not null,
  assigned_by  uuid default auth.uid() references account on delete set null,
  assigned_at  timestamptz not null default now(),
  primary key (testimony_id, user_id, task)
);
comment on table assignment is 'Who works on what. A linguist sees nothing else.';
create index on assignment (user_id);

-- The one testimony that a receipt session opens.
create function app.claimed_testimony() returns uuid
  language sql stable
  set search_path = ''
as $$ select (auth.jwt() ->> 'testimony_id')::uuid $$;

-- The person at the desk was given this testimony to transcribe or translate.
create function app.assigned_to_me(wanted uuid) returns boolean
  language sql stable security definer
  set search_path = ''
as $$
  select app.at_desk_as('linguist')
    and exists (select from public.assignment where testimony_id = wanted and user_id = auth.uid() and task in ('transcribe', 'translate'))
$$;

create function app.is_being_told(wanted uuid) returns boolean
  language sql stable security definer
  set search_path = ''
as $$ select exists (select from public.testimony where id = wanted and state in ('draft', 'changes_requested')) $$;

-- Under review: what the desk may still change before two people approve it.
create function app.is_under_review(wanted uuid) returns boolean
  language sql stable security definer
  set search_path = ''
as $$ select exists (select from public.testimony where id = wanted and state in ('submitted', 'in_review', 'changes_requested')) $$;

create function refuse_unknown_step() returns trigger
  language plpgsql
  set search_path = ''
as $$
begin
  if not exists (select from public.testimony_step where "from" = old.state and "to" = new.state and taken_by = current_user) then
    raise exception 'step % -> % does not exist for %', old.state, new.state, current_user using errcode = 'SW001';
  end if;
  new.state_since := now();
  if new.state = 'submitted' then new.submitted_at := now(); end if;
  return new;
end $$;
create trigger a_refuse_unknown_step before update of state on testimony
  for each row when (old.state is distinct from new.state) execute function refuse_unknown_step();

-- A visitor begins to tell: the draft and the session that may go on with it come to be together.
create function app.begin_testimony(spoken_language text, session_hash bytea) returns uuid
  language plpgsql security definer
  set search_path = ''
as $$
declare
  begun uuid;
begin
  insert into public.testimony (language) values (spoken_language) returning id into begun;
  insert into public.receipt_session (testimony_id, token_hash) values (begun, session_hash);
  return begun;
end $$;
grant execute on function app.begin_testimony to anon;

alter table testimony_step enable row level security;
alter table testimony enable row level security;
alter table testimony_description enable row level security;
alter table testimony_theme enable row level security;
alter table content_warning enable row level security;
alter table statement enable row level security;
alter table assignment enable row level security;

grant select on testimony_step to contributor, authenticated, worker;
create policy "everyone knows the steps" on testimony_step for select using (true);

grant select on testimony to contributor, authenticated, worker;
grant update (state, language, medium, chosen_name, year_from, year_to, destroy_recordings) on testimony to contributor;
grant update (state, language, chosen_name, facility_id, year_from, year_to, hard_material, edit_list_id) on testimony to authenticated;
grant update (state, publish_after, medium, language) on testimony to worker;

create policy "a contributor reads their own testimony" on testimony for select to contributor using (id = (select app.claimed_testimony()));
create policy "a contributor changes their own testimony" on testimony for update to contributor
  using (id = (select app.claimed_testimony())) with check (id = (select app.claimed_testimony()));
create policy "reviewers at the desk read testimonies" on testimony for select to authenticated
  using (state <> 'draft' and (select app.at_desk_as('reviewer')));
create policy "linguists at the desk read what is assigned to them" on testimony for select to authenticated
  using (state <> 'draft' and (select app.at_desk_as('linguist')) and app.assigned_to_me(id));
create policy "reviewers at the desk change testimonies that were not withdrawn" on testimony for update to authenticated
  using (state not in ('draft', 'withdrawn') and (select app.at_desk_as('reviewer')))
  with check ((select app.at_desk_as('reviewer')));
create policy "the worker reads testimonies" on testimony for select to worker using (true);
create policy "the worker changes testimonies" on testimony for update to worker using (true) with check (true);

grant select on testimony_description, testimony_theme, content_warning to contributor, authenticated, worker;
grant insert (testimony_id, language, title, summary), update (title, summary), delete on testimony_description to authenticated;
grant insert (testimony_id, theme_id), delete on testimony_theme to authenticated;
grant insert (testimony_id, kind, note, start_ms, end_ms), delete on content_warning to authenticated;
create policy "a contributor reads how their testimony is described" on testimony_description for select to contributor using (testimony_id = (select app.claimed_testimony()));
create policy "the desk reads descriptions" on testimony_description for select to authenticated using (exists (select from testimony t where t.id = testimony_id and t.state <> 'withdrawn'));
create policy "reviewers write descriptions while under review" on testimony_description for insert to authenticated with check ((select app.at_desk_as('reviewer')) and app.is_under_review(testimony_id));
create policy "reviewers change descriptions while under review" on testimony_description for update to authenticated using ((select app.at_desk_as('reviewer')) and app.is_under_review(testimony_id)) with check ((select app.at_desk_as('reviewer')));
create policy "reviewers delete descriptions while under review" on testimony_description for delete to authenticated using ((select app.at_desk_as('reviewer')) and app.is_under_review(testimony_id));
create policy "the worker reads descriptions" on testimony_description for select to worker using (true);
create policy "a contributor reads the themes of their testimony" on testimony_theme for select to contributor using (testimony_id = (select app.claimed_testimony()));
create policy "the desk reads the themes of testimonies" on testimony_theme for select to authenticated using (exists (select from testimony t where t.id = testimony_id and t.state <> 'withdrawn'));
create policy "reviewers name themes while under review" on testimony_theme for insert to authenticated with check ((select app.at_desk_as('reviewer')) and app.is_under_review(testimony_id));
create policy "reviewers take themes away while under review" on testimony_theme for delete to authenticated using ((select app.at_desk_as('reviewer')) and app.is_under_review(testimony_id));
create policy "the worker reads the themes of testimonies" on testimony_theme for select to worker using (true);
create policy "a contributor reads the warnings on their testimony" on content_warning for select to contributor using (testimony_id = (select app.claimed_testimony()));
create policy "the desk reads warnings" on content_warning for select to authenticated using (exists (select from testimony t where t.id = testimony_id and t.state <> 'withdrawn'));
create policy "reviewers write warnings while under review" on content_warning for insert to authenticated with check ((select app.at_desk_as('reviewer')) and app.is_under_review(testimony_id));
create policy "reviewers delete warnings while under review" on content_warning for delete to authenticated using ((select app.at_desk_as('reviewer')) and app.is_under_review(testimony_id));
create policy "the worker reads warnings" on content_warning for select to worker using (true);

grant select on statement to contributor, authenticated, worker;
grant insert (testimony_id, body), update (body, updated_at), delete on statement to contributor;
grant delete on statement to worker;
create policy "a contributor reads what they wrote" on statement for select to contributor using (testimony_id = (select app.claimed_testimony()));
create policy "a contributor writes while telling" on statement for insert to contributor
  with check (testimony_id = (select app.claimed_testimony()) and app.is_being_told(testimony_id));
create policy "a contributor rewrites while telling" on statement for update to contributor
  using (testimony_id = (select app.claimed_testimony()) and app.is_being_told(testimony_id)) with check (testimony_id = (select app.claimed_testimony()));
create policy "a contributor deletes while telling" on statement for delete to contributor
  using (testimony_id = (select app.claimed_testimony()) and app.is_being_told(testimony_id));
create policy "reviewers at the desk read statements" on statement for select to authenticated using (exists (select from testimony t where t.id = testimony_id and t.state <> 'withdrawn'));
create policy "the worker reads statements" on statement for select to worker using (true);
create policy "the worker destroys statements" on statement for delete to worker using (true);

grant select, insert (testimony_id, user_id, task), delete on assignment to authenticated;
create policy "the desk reads assignments" on assignment for select to authenticated
  using ((select app.at_desk()) and user_id = (select auth.uid()) or (select app.at_desk_as('reviewer')));
create policy "reviewers at the desk assign" on assignment for insert to authenticated with check ((select app.at_desk_as('reviewer')));
create policy "reviewers at the desk take assignments back" on assignment for delete to authenticated using ((select app.at_desk_as('reviewer')));

grant execute on function app.claimed_testimony, app.is_being_told to contributor, authenticated, worker;
grant execute on function app.assigned_to_me, app.is_under_review to authenticated;

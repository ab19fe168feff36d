-- What a person says aloud beside the testimony itself: their consent (R6), or what they understood of it (R7). It belongs to the
-- consent in force when it was said, is heard at the desk only and is never transcribed, rendered or published.
create type spoken_purpose as enum ('consent', 'understanding');

create table spoken_word (
  id           uuid primary key default gen_random_uuid(),
  testimony_id uuid not null references testimony on delete cascade,
  purpose      spoken_purpose not null,
  consent_id   uuid not null references consent on delete cascade,
  media_type   text not null check (media_type ~ '^audio/[a-z0-9.+-]{1,60}$'),
  bytes        integer not null check (bytes between 1 and 8388608),
  sha256       text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  store_key    text not null unique check (store_key ~ '^spoken/[a-z0-9/-]{1,180}$'),
  said_at      timestamptz not null default now(),
  unique (id, testimony_id)
);
comment on table spoken_word is 'Consent, or what was understood of it, in the person''s own voice; sha256 is of the sound as received.';
create index on spoken_word (testimony_id);

-- Bound to the answers in force, whatever the caller would say.
create function bind_to_consent_in_force() returns trigger
  language plpgsql security definer
  set search_path = ''
as $$
begin
  select consent_id into new.consent_id from public.live_consent where testimony_id = new.testimony_id;
  if new.consent_id is null then
    raise exception 'nothing was consented to yet' using errcode = 'SW001';
  end if;
  return new;
end $$;
create trigger bind_to_consent_in_force before insert on spoken_word for each row execute function bind_to_consent_in_force();

create type understanding_verdict as enum ('understood', 'help_offered');
create type help_wanted as enum ('message', 'call');

create table understanding (
  id           uuid primary key default gen_random_uuid(),
  testimony_id uuid not null references testimony on delete cascade,
  consent_id   uuid not null references consent on delete cascade,
  words        text check (char_length(btrim(words)) between 1 and 8000),
  spoken_id    uuid,
  said_at      timestamptz not null default now(),
  verdict      understanding_verdict,
  read_by      uuid references account on delete set null,
  read_at      timestamptz,
  help_wanted  help_wanted,
  check (words is not null or spoken_id is not null),
  check ((verdict is null) = (read_at is null)),
  foreign key (spoken_id, testimony_id) references spoken_word (id, testimony_id) on delete cascade
);
comment on table understanding is 'What the person understood of their consent, in their own words; somebody at the desk reads it and offers help, never a refusal (R7).';
create index on understanding (testimony_id, said_at desc);
create trigger bind_to_consent_in_force before insert on understanding for each row execute function bind_to_consent_in_force();

create function note_reader() returns trigger
  language plpgsql
  set search_path = ''
as $$
begin
  new.read_by := auth.uid();
  new.read_at := now();
  return new;
end $$;
create trigger note_reader before update of verdict on understanding for each row execute function note_reader();

alter table spoken_word enable row level security;
alter table understanding enable row level security;

grant select on spoken_word to contributor, authenticated, worker;
grant insert (id, testimony_id, purpose, media_type, bytes, sha256, store_key), delete on spoken_word to contributor;
grant delete on spoken_word to worker;
create policy "a contributor knows what they said aloud" on spoken_word for select to contributor using (testimony_id = (select app.claimed_testimony()));
create policy "a contributor says their consent aloud" on spoken_word for insert to contributor
  with check (testimony_id = (select app.claimed_testimony()) and exists (select from testimony t where t.id = testimony_id and t.state <> 'withdrawn'));
create policy "a contributor takes back what they said aloud" on spoken_word for delete to contributor using (testimony_id = (select app.claimed_testimony()));
create policy "reviewers at the desk hear what was said aloud" on spoken_word for select to authenticated
  using ((select app.at_desk_as('reviewer')) and exists (select from testimony t where t.id = testimony_id and t.state not in ('draft', 'withdrawn')));
create policy "the worker finds what was said aloud" on spoken_word for select to worker using (true);
create policy "the worker destroys what was said aloud" on spoken_word for delete to worker
  using (exists (select from testimony t where t.id = testimony_id and t.state = 'withdrawn' and t.destroy_recordings));

grant select on understanding to contributor, authenticated, worker;
grant insert (testimony_id, words, spoken_id), update (help_wanted), delete on understanding to contributor;
grant update (verdict) on understanding to authenticated;
grant delete on understanding to worker;
create policy "a contributor reads what they understood" on understanding for select to contributor using (testimony_id = (select app.claimed_testimony()));
create policy "a contributor says what they understood" on understanding for insert to contributor
  with check (testimony_id = (select app.claimed_testimony()) and exists (select from testimony t where t.id = testimony_id and t.state <> 'withdrawn'));
create policy "a contributor asks for help" on understanding for update to contributor
  using (testimony_id = (select app.claimed_testimony())) with check (testimony_id = (select app.claimed_testimony()));
create policy "a contributor takes back what they understood" on understanding for delete to contributor using (testimony_id = (select app.claimed_testimony()));
create policy "reviewers at the desk read what was understood" on understanding for select to authenticated
  using ((select app.at_desk_as('reviewer')) and exists (select from testimony t where t.id = testimony_id and t.state not in ('draft', 'withdrawn')));
create policy "reviewers at the desk say whether help is needed" on understanding for update to authenticated
  using ((select app.at_desk_as('reviewer')) and exists (select from testimony t where t.id = testimony_id and t.state not in ('draft', 'withdrawn')))
  with check ((select app.at_desk_as('reviewer')));
create policy "the worker finds what was understood" on understanding for select to worker using (true);
create policy "the worker destroys what was understood" on understanding for delete to worker
  using (exists (select from testimony t where t.id = testimony_id and t.state = 'withdrawn' and t.destroy_recordings));

-- Consent: a separate answer for each use and each trait (R1, R4); "unsure" and silence act as no (R2, R12).
create type answer as enum ('yes', 'no', 'unsure');

create table consent_text (
  version  integer not null,
  language text not null check (language ~ '^[a-z]{2,3}$'),
  body     jsonb not null,
  sha256   text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  since    timestamptz not null default now(),
  primary key (version, language)
);
comment on table consent_text is 'The exact words each question was asked in, by version and language (R8).';

create table consent (
  id            uuid primary key default gen_random_uuid(),
  testimony_id  uuid not null references testimony on delete cascade,
  version       integer not null check (version >= 1),
  text_version  integer not null,
  text_language text not null,
  given_at      timestamptz not null default now(),
  keep answer, research answer, journalists answer, court answer, public answer, education answer, machine answer,
  name answer, face answer, voice answer, place answer,
  unique (testimony_id, version),
  foreign key (text_version, text_language) references consent_text (version, language) on delete restrict
);
comment on table consent is 'Every version of what a person consented to; rows are only ever added. Null: not answered, acts as no.';

create table live_consent (
  testimony_id uuid primary key references testimony on delete cascade,
  consent_id   uuid not null references consent on delete cascade,
  audiences    audience[] not null,
  machine      boolean not null,
  name boolean not null, face boolean not null, voice boolean not null, place boolean not null
);
comment on table live_consent is 'The consent in force, as the policies ask for it; written by a trigger only.';

create trigger refuse_rewriting before update on consent for each statement execute function refuse_rewriting();

-- Versions are counted here, so that two tabs cannot both write version 2.
create function number_consent() returns trigger
  language plpgsql security definer
  set search_path = ''
as $$
begin
  perform from public.testimony where id = new.testimony_id for update;
  select coalesce(max(version), 0) + 1 into new.version from public.consent where testimony_id = new.testimony_id;
  return new;
end $$;
create trigger number_consent before insert on consent for each row execute function number_consent();

-- Nothing is open to anyone unless the person also wants it kept.
create function put_consent_in_force() returns trigger
  language plpgsql security definer
  set search_path = ''
as $$
begin
  insert into public.live_consent (testimony_id, consent_id, audiences, machine, name, face, voice, place)
  values (
    new.testimony_id, new.id,
    case when new.keep = 'yes' then array_remove(array[
      case when new.public = 'yes' then 'public'::public.audience end,
      case when new.journalists = 'yes' then 'journalists'::public.audience end,
      case when new.court = 'yes' then 'court'::public.audience end,
      case when new.research = 'yes' then 'research'::public.audience end,
      case when new.education = 'yes' then 'education'::public.audience end], null)
    else '{}' end,
    coalesce(new.machine = 'yes', false), coalesce(new.name = 'yes', false), coalesce(new.face = 'yes', false),
    coalesce(new.voice = 'yes', false), coalesce(new.place = 'yes', false))
  on conflict (testimony_id) do update set consent_id = excluded.consent_id, audiences = excluded.audiences,
    machine = excluded.machine, name = excluded.name, face = excluded.face, voice = excluded.voice, place = excluded.place;
  return null;
end $$;
create trigger put_consent_in_force after insert on consent for each row execute function put_consent_in_force();

-- The request may read what is published of this testimony: live consent, asked each time.
create function app.open_to_me(testimony uuid) returns boolean
  language sql stable security definer
  set search_path = ''
as $$
  select exists (
    select from public.live_consent c join public.testimony t on t.id = c.testimony_id
    where c.testimony_id = testimony and t.state <> 'withdrawn' and c.audiences && app.my_audiences()
  )
$$;
grant execute on function app.open_to_me to anon, authenticated, contributor, worker;

alter table consent_text enable row level security;
alter table consent enable row level security;
alter table live_consent enable row level security;

grant select on consent_text to anon, contributor, authenticated, worker;
create policy "everyone reads the questions" on consent_text for select using (true);

grant select on consent, live_consent to contributor, authenticated, worker;
grant insert (testimony_id, text_version, text_language, keep, research, journalists, court, public, education, machine, name, face, voice, place) on consent to contributor;
create policy "a contributor reads their own answers" on consent for select to contributor using (testimony_id = (select app.claimed_testimony()));
create policy "a contributor answers, at any time" on consent for insert to contributor with check (testimony_id = (select app.claimed_testimony()));
create policy "reviewers at the desk read consent" on consent for select to authenticated using (exists (select from testimony t where t.id = testimony_id and t.state <> 'withdrawn'));
create policy "the worker reads consent" on consent for select to worker using (true);
create policy "a contributor reads what is in force" on live_consent for select to contributor using (testimony_id = (select app.claimed_testimony()));
create policy "the desk reads what is in force" on live_consent for select to authenticated using (exists (select from testimony t where t.id = testimony_id and t.state <> 'withdrawn'));
create policy "the worker reads what is in force" on live_consent for select to worker using (true);

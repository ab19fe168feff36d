-- An immutable public edition; pages, feeds and the index read nothing else.
create table publication (
  id            uuid primary key default gen_random_uuid(),
  testimony_id  uuid not null references testimony on delete cascade,
  edition       integer not null check (edition >= 1),
  edit_list_id  uuid not null references edit_list on delete restrict,
  language      text not null,
  medium        medium not null,
  chosen_name   text,
  descriptions  jsonb not null,
  facility      jsonb,
  year_from     smallint,
  year_to       smallint,
  themes        jsonb not null default '[]',
  warnings      jsonb not null default '[]',
  redactions    jsonb not null default '[]',
  sha256        text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  published_at  timestamptz not null default now(),
  unpublished_at timestamptz,
  is_sample     boolean not null default false,
  unique (testimony_id, edition)
);
comment on table publication is
  'A public edition. descriptions {lang: {title, summary}} · facility {slug, ar, en} · themes [{slug, ar, en}] · warnings [{kind, note, startMs, endMs}] · redactions [{recording, startMs, endMs, treatment, reason}], all times in the public rendition. sha256 over the passages and media hashes.';
create index on publication (published_at desc) where unpublished_at is null;

create table publication_passage (
  publication_id uuid not null references publication on delete cascade,
  testimony_id   uuid not null references testimony on delete cascade,
  position       integer not null,
  medium_number  smallint not null default 1,
  start_ms       integer,
  end_ms         integer,
  speaker        text not null default '',
  language       text not null,
  text           text not null,
  words          jsonb not null default '[]',
  provenance     provenance not null,
  translations   jsonb not null default '{}',
  hard           boolean not null default false,
  primary key (publication_id, position)
);
comment on table publication_passage is
  'A passage of an edition. words [{"w","s","e"}] in ms of the public rendition · translations {lang: {text, provenance}} · medium_number: which of the edition''s media it is spoken in.';

create table publication_medium (
  id             uuid primary key default gen_random_uuid(),
  publication_id uuid not null references publication on delete cascade,
  testimony_id   uuid not null references testimony on delete cascade,
  number         smallint not null,
  kind           recording_kind not null,
  media_type     text not null,
  bytes          bigint not null,
  sha256         text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  store_key      text not null,
  duration_ms    integer not null,
  peaks          smallint[] not null default '{}',
  unique (publication_id, number)
);
comment on table publication_medium is 'A public rendition as part of an edition. peaks: loudness 0..100, evenly over its length, for the voice line.';

create function refuse_changing_publication() returns trigger
  language plpgsql
  set search_path = ''
as $$
begin
  if tg_table_name <> 'publication' or old.unpublished_at is not null
    or to_jsonb(new) - 'unpublished_at' is distinct from to_jsonb(old) - 'unpublished_at'
  then
    raise exception 'an edition does not change' using errcode = 'SW010';
  end if;
  return new;
end $$;
create trigger refuse_changing_publication before update on publication for each row execute function refuse_changing_publication();
create trigger refuse_changing_publication before update on publication_passage for each row execute function refuse_changing_publication();
create trigger refuse_changing_publication before update on publication_medium for each row execute function refuse_changing_publication();

-- Passages and media come to be with their edition, in the same transaction, or never.
create function refuse_adding_to_edition() returns trigger
  language plpgsql
  set search_path = ''
as $$
begin
  if not exists (select from public.publication where id = new.publication_id and published_at = now()) then
    raise exception 'an edition does not grow' using errcode = 'SW010';
  end if;
  return new;
end $$;
create trigger refuse_adding_to_edition before insert on publication_passage for each row execute function refuse_adding_to_edition();
create trigger refuse_adding_to_edition before insert on publication_medium for each row execute function refuse_adding_to_edition();

-- An edition exists only of what two people approved and whose cooling-off is over.
create function refuse_unapproved_publication() returns trigger
  language plpgsql security definer
  set search_path = ''
as $$
begin
  if not exists (select from public.testimony
      where id = new.testimony_id and state = 'scheduled' and publish_after <= now() and edit_list_id = new.edit_list_id)
  then
    raise exception 'not approved for publication' using errcode = 'SW006';
  end if;
  return new;
end $$;
create trigger refuse_unapproved_publication before insert on publication for each row execute function refuse_unapproved_publication();

-- Withdrawal unpublishes in the same transaction (R10), and a receipt's other sessions go on to show only that.
create function unpublish_withdrawn() returns trigger
  language plpgsql security definer
  set search_path = ''
as $$
begin
  update public.publication set unpublished_at = now() where testimony_id = new.id and unpublished_at is null;
  return null;
end $$;
create trigger unpublish_withdrawn after update of state on testimony
  for each row when (new.state = 'withdrawn' and old.state <> 'withdrawn') execute function unpublish_withdrawn();

alter table publication enable row level security;
alter table publication_passage enable row level security;
alter table publication_medium enable row level security;

grant select on publication, publication_passage, publication_medium to anon, authenticated, contributor, worker;
grant insert, update (unpublished_at), delete on publication to worker;
grant insert, delete on publication_passage, publication_medium to worker;

create policy "everyone reads editions that live consent opens to them" on publication for select to anon, authenticated, contributor
  using (unpublished_at is null and app.open_to_me(testimony_id));
create policy "everyone reads passages of editions they may read" on publication_passage for select to anon, authenticated, contributor
  using (exists (select from publication p where p.id = publication_id));
create policy "everyone hears media of editions they may read" on publication_medium for select to anon, authenticated, contributor
  using (exists (select from publication p where p.id = publication_id));
create policy "the worker publishes" on publication for all to worker using (true) with check (true);
create policy "the worker publishes passages" on publication_passage for all to worker using (true) with check (true);
create policy "the worker publishes media" on publication_medium for all to worker using (true) with check (true);

-- 410 or 404? Gone only where something was once open to everyone; else the same 404 as for what never was.
create function app.is_gone(testimony uuid) returns boolean
  language sql stable security definer
  set search_path = ''
as $$
  select exists (select from public.publication where testimony_id = testimony)
    and not exists (select from public.publication where testimony_id = testimony and unpublished_at is null)
$$;
create function app.is_medium_gone(wanted uuid) returns boolean
  language sql stable security definer
  set search_path = ''
as $$ select exists (select from public.publication_medium m join public.publication p on p.id = m.publication_id where m.id = wanted and p.unpublished_at is not null) $$;
grant execute on function app.is_gone, app.is_medium_gone to anon, authenticated, contributor, worker;

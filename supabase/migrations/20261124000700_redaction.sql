-- An edit list says what the public edition leaves out. Sealed, it is what gets rendered, watched and approved.
create type treatment as enum ('cut', 'mute', 'tone', 'blur');
create type redaction_reason as enum ('third_party', 'place', 'identity', 'detained', 'contributor_asked', 'other');

create table edit_list (
  id           uuid primary key default gen_random_uuid(),
  testimony_id uuid not null references testimony on delete cascade,
  number       integer not null check (number >= 1),
  audio_only   boolean not null default false,
  disguise_voice boolean not null default false,
  blur_picture boolean not null default false,
  created_by   uuid default auth.uid() references account on delete set null,
  created_at   timestamptz not null default now(),
  sealed_at    timestamptz,
  rendered_at  timestamptz,
  unique (testimony_id, number),
  check (rendered_at is null or sealed_at is not null)
);
comment on table edit_list is 'A numbered list of redactions and disguises. Open: may change. Sealed: never again; the next change opens the next number.';

create table redaction (
  id           uuid primary key default gen_random_uuid(),
  edit_list_id uuid not null references edit_list on delete cascade,
  testimony_id uuid not null references testimony on delete cascade,
  recording_id uuid not null references recording on delete cascade,
  start_ms     integer not null check (start_ms >= 0),
  end_ms       integer not null check (end_ms > start_ms),
  treatment    treatment not null,
  reason       redaction_reason not null,
  created_by   uuid default auth.uid() references account on delete set null
);
comment on table redaction is 'A time range of a recording and its treatment. Words inside it leave the text and the index too.';
create index on redaction (edit_list_id);

alter table testimony add foreign key (edit_list_id) references edit_list on delete set null;
alter table rendition add foreign key (edit_list_id) references edit_list on delete cascade;

create function refuse_changing_sealed() returns trigger
  language plpgsql security definer
  set search_path = ''
as $$
begin
  if exists (select from public.edit_list where id = coalesce(new.edit_list_id, old.edit_list_id) and sealed_at is not null)
    and exists (select from public.testimony where id = coalesce(new.testimony_id, old.testimony_id))
  then
    raise exception 'a sealed edit list does not change' using errcode = 'SW004';
  end if;
  return coalesce(new, old);
end $$;
create trigger refuse_changing_sealed before insert or update or delete on redaction for each row execute function refuse_changing_sealed();

create function refuse_unsealing() returns trigger
  language plpgsql
  set search_path = ''
as $$
begin
  if old.sealed_at is not null and (new.sealed_at, new.audio_only, new.disguise_voice, new.blur_picture)
    is distinct from (old.sealed_at, old.audio_only, old.disguise_voice, old.blur_picture)
  then
    raise exception 'a sealed edit list does not change' using errcode = 'SW004';
  end if;
  return new;
end $$;
create trigger refuse_unsealing before update on edit_list for each row execute function refuse_unsealing();

alter table edit_list enable row level security;
alter table redaction enable row level security;

grant select on edit_list, redaction to contributor, authenticated, worker;
grant insert (id, testimony_id, number, audio_only, disguise_voice, blur_picture), update (audio_only, disguise_voice, blur_picture, sealed_at) on edit_list to authenticated;
grant update (rendered_at) on edit_list to worker;
grant insert (edit_list_id, testimony_id, recording_id, start_ms, end_ms, treatment, reason), delete on redaction to authenticated;

create policy "a contributor sees the edit lists of their testimony" on edit_list for select to contributor using (testimony_id = (select app.claimed_testimony()));
create policy "reviewers at the desk read edit lists" on edit_list for select to authenticated using (exists (select from testimony t where t.id = testimony_id and t.state <> 'withdrawn'));
create policy "reviewers begin edit lists while under review" on edit_list for insert to authenticated with check ((select app.at_desk_as('reviewer')) and app.is_under_review(testimony_id));
create policy "reviewers change edit lists while under review" on edit_list for update to authenticated
  using ((select app.at_desk_as('reviewer')) and app.is_under_review(testimony_id)) with check ((select app.at_desk_as('reviewer')));
create policy "the worker reads edit lists" on edit_list for select to worker using (true);
create policy "the worker notes that an edit list was rendered" on edit_list for update to worker using (true) with check (true);
create policy "a contributor sees the redactions of their testimony" on redaction for select to contributor using (testimony_id = (select app.claimed_testimony()));
create policy "the desk reads redactions" on redaction for select to authenticated using (exists (select from testimony t where t.id = testimony_id and t.state <> 'withdrawn'));
create policy "reviewers redact while under review" on redaction for insert to authenticated with check ((select app.at_desk_as('reviewer')) and app.is_under_review(testimony_id));
create policy "reviewers take a redaction back while under review" on redaction for delete to authenticated using ((select app.at_desk_as('reviewer')) and app.is_under_review(testimony_id));
create policy "the worker reads redactions" on redaction for select to worker using (true);

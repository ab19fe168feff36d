-- Who writes an upload now. Several web processes may be asked to go on with the same one: a line that dropped, a second tab, another
-- machine. One of them holds it for a few seconds at a time and says so again while it writes; one that was killed is over by itself.
create unlogged table upload_lease (
  recording_id uuid primary key references recording on delete cascade,
  holder       uuid not null,
  held_until   timestamptz not null,
  is_wanted    boolean not null default false
);
comment on table upload_lease is 'Which request of which web process writes an upload, for some seconds at a time. is_wanted: another one waits for it. Holds nothing of a person; lost in a crash, when nobody writes anyway.';
alter table upload_lease enable row level security;

-- A web process asks as the contributor whose upload it is; the table itself is open to nobody.
create function app.hold_upload(recording uuid, as_holder uuid, seconds integer) returns text
  language plpgsql security definer
  set search_path = ''
as $$
begin
  if not exists (select from public.recording r where r.id = recording and r.testimony_id = app.claimed_testimony()) then
    return 'gone';
  end if;
  insert into public.upload_lease as held (recording_id, holder, held_until)
    values (recording, as_holder, clock_timestamp() + make_interval(secs => seconds))
    on conflict (recording_id) do update
      set holder = excluded.holder, held_until = excluded.held_until, is_wanted = false
      where held.held_until < clock_timestamp();
  if found then
    return 'held';
  end if;
  update public.upload_lease set is_wanted = true where recording_id = recording and not is_wanted;
  return 'busy';
end $$;
comment on function app.hold_upload is 'Takes an upload for so many seconds: held; busy where another request writes it, which is then asked to make way; or gone.';

create function app.keep_upload(recording uuid, as_holder uuid, seconds integer) returns text
  language plpgsql security definer
  set search_path = ''
as $$
declare
  wanted boolean;
begin
  update public.upload_lease set held_until = clock_timestamp() + make_interval(secs => seconds)
    where recording_id = recording and holder = as_holder
      and exists (
        select from public.recording r join public.testimony t on t.id = r.testimony_id
        where r.id = recording and r.state = 'expected' and t.state <> 'withdrawn')
    returning is_wanted into wanted;
  if not found then
    return 'gone';
  end if;
  return case when wanted then 'wanted' else 'held' end;
end $$;
comment on function app.keep_upload is 'Holds on to an upload: held; wanted where another request waits for it; or gone, when it was taken back, or over by another.';

create function app.let_go_of_upload(recording uuid, as_holder uuid) returns void
  language sql security definer
  set search_path = ''
as $$ delete from public.upload_lease where recording_id = recording and holder = as_holder $$;

grant execute on function app.hold_upload, app.keep_upload, app.let_go_of_upload to contributor;

-- What search still has to be told. A row outlives jobs, queues and servers that were down: whatever changed in what may be found is
-- written into the index, or this table says that it is not.
create sequence search_change_number;

create table search_change (
  testimony_id uuid primary key,
  number       bigint not null default nextval('search_change_number'),
  written      bigint not null default 0,
  since        timestamptz not null default now(),
  changed_in   xid8 not null default pg_current_xact_id()
);
comment on table search_change is
  'The last change of each testimony in what may be found of it. number: of that change; written: of the last change that every index holds; since: when the index fell behind; changed_in: the transaction of that change, since numbers are not committed in their order. No foreign key: a deleted testimony has to leave the index as well.';
create index on search_change (changed_in);
create index search_change_waiting on search_change (since) where number > written;

create function note_search_change() returns trigger
  language plpgsql security definer
  set search_path = ''
as $$
begin
  insert into public.search_change as c (testimony_id) values (coalesce(new.testimony_id, old.testimony_id))
  on conflict (testimony_id) do update set
    since = case when c.number > c.written then c.since else now() end,
    number = default,
    changed_in = default;
  return null;
end $$;
-- Whom consent opens an edition to stands in the edition's own row, and withdrawing unpublishes it.
create trigger note_search_change after insert or update or delete on publication
  for each row execute function note_search_change();

-- What stands in the index today was written by the jobs of before.
insert into search_change (testimony_id, written) select distinct testimony_id, 0 from publication;
update search_change set written = number;

create table search_engine (
  name       text primary key,
  live       text,
  live_made  text,
  next       text,
  next_made  text,
  next_from  bigint,
  next_after uuid,
  held_by    uuid,
  held_until timestamptz,
  version    text,
  trouble    text check (trouble in ('wrong_version', 'lost')),
  refusal    text,
  check ((next is null) = (next_from is null))
);
comment on table search_engine is
  'A search server beside Postgres, as every process has to know it. live: its index that answers; next: the one being built to take that place, which has to catch up with all changes since the transaction next_from, filled up to the testimony next_after, by whoever holds it. made: when the server made the index, by which one that was lost is told from one made anew. trouble: why it is not asked; refusal: the server''s own code for the last write that it refused.';

alter table search_change enable row level security;
alter table search_engine enable row level security;
grant select, update (written) on search_change to worker;
grant select, insert, update on search_engine to worker;
create policy "the worker knows what search waits for" on search_change for select to worker using (true);
create policy "the worker says what the index holds" on search_change for update to worker using (true) with check (true);
create policy "the worker keeps the search server" on search_engine for all to worker using (true) with check (true);

-- What a process has to know before it asks the search server. Ids of testimonies whose change is not there yet: they are left out of
-- its answer, so that what was withdrawn is not even counted.
create function app.search_standing(engine text) returns jsonb
  language sql stable security definer
  set search_path = ''
as $$
  select jsonb_build_object(
    'live', e.live, 'building', e.next is not null, 'version', e.version, 'trouble', e.trouble, 'refusal', e.refusal,
    'waiting', (select count(*) from public.search_change where number > written),
    'behindSeconds', (select coalesce(extract(epoch from now() - min(since)), 0) from public.search_change where number > written),
    'unwritten', (select coalesce(jsonb_agg(testimony_id), '[]') from (
      select testimony_id from public.search_change where number > written order by since limit 100) c)
  )
  from (select engine) asked left join public.search_engine e on e.name = asked.engine
$$;
grant execute on function app.search_standing to anon, authenticated, contributor, worker;

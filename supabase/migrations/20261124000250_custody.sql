-- What happened to a testimony, in a chain that shows tampering (R36). It holds that things happened, never what was said.
create table custody_event (
  testimony_id uuid not null,
  position     integer not null check (position >= 1),
  kind         text not null check (kind ~ '^[a-z_]{3,60}$'),
  actor_kind   text not null check (actor_kind in ('visitor', 'contributor', 'account', 'worker')),
  actor_id     uuid,
  at           timestamptz not null default now(),
  detail       jsonb not null default '{}',
  previous     bytea not null,
  hash         bytea not null,
  primary key (testimony_id, position)
);
comment on table custody_event is 'The append-only, hash-chained log of a testimony. No foreign key: it outlives what it speaks of.';

-- What the hash of an event is taken over; the verifier (modules/custody/rules.ts) computes the same.
create function app.custody_digest(
  testimony uuid, place integer, happened text, who_kind text, who uuid, instant timestamptz, what jsonb, before bytea
) returns bytea
  language sql immutable
  set search_path = ''
as $$
  select sha256(before || convert_to(concat_ws(E'\n', testimony, place, happened, who_kind, coalesce(who::text, ''),
    (extract(epoch from instant) * 1000000)::bigint, what::text), 'UTF8'))
$$;

create function app.record_custody(testimony uuid, happened text, what jsonb default '{}') returns void
  language plpgsql security definer
  set search_path = ''
as $$
declare
  acting text := current_setting('role', true);
  last_position integer;
  last_hash bytea;
  instant timestamptz := clock_timestamp();
  who_kind text := case acting when 'authenticated' then 'account' when 'anon' then 'visitor' else acting end;
  who uuid := case when acting = 'authenticated' then auth.uid() end;
begin
  if acting = 'contributor' and testimony is distinct from app.claimed_testimony()
    or acting = 'authenticated' and not (app.at_desk_as('reviewer') or app.at_desk_as('custodian') or app.assigned_to_me(testimony))
    or acting not in ('contributor', 'authenticated', 'worker')
  then
    raise exception 'not yours to record' using errcode = '42501';
  end if;
  perform pg_advisory_xact_lock(hashtextextended('custody ' || testimony, 0));
  select position, hash into last_position, last_hash from public.custody_event
    where testimony_id = testimony order by position desc limit 1;
  last_position := coalesce(last_position, 0) + 1;
  last_hash := coalesce(last_hash, '\x');
  insert into public.custody_event (testimony_id, position, kind, actor_kind, actor_id, at, detail, previous, hash)
  values (testimony, last_position, happened, who_kind, who, instant, what, last_hash,
    app.custody_digest(testimony, last_position, happened, who_kind, who, instant, what, last_hash));
end $$;

create function refuse_rewriting() returns trigger
  language plpgsql
  set search_path = ''
as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'SW010';
end $$;
create trigger refuse_rewriting before update or delete or truncate on custody_event
  for each statement execute function refuse_rewriting();

alter table custody_event enable row level security;
grant select on custody_event to contributor, authenticated, worker;
create policy "a contributor reads the log of their testimony" on custody_event for select to contributor using (testimony_id = (select app.claimed_testimony()));
create policy "reviewers and custodians at the desk read the log" on custody_event for select to authenticated
  using ((select app.at_desk_as('reviewer')) and exists (select from testimony t where t.id = testimony_id) or (select app.at_desk_as('custodian')));
create policy "the worker reads the log" on custody_event for select to worker using (true);
grant execute on function app.record_custody to contributor, authenticated, worker;

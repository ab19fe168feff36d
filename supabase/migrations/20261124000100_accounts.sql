-- Least rights from the first function on: what is not granted below is not to be had.
alter default privileges revoke execute on functions from public;

-- Functions that policies and use cases call live here, out of reach of the REST API, which exposes `public` only.
create schema app;
grant usage on schema app to anon, authenticated, contributor, worker;
grant usage on schema public to anon, authenticated, contributor, worker;

create type staff_role as enum ('reader', 'linguist', 'reviewer', 'custodian', 'admin');
create type audience as enum ('public', 'journalists', 'court', 'research', 'education');

create table account (
  user_id      uuid primary key references auth.users on delete cascade,
  display_name text not null check (char_length(btrim(display_name)) between 1 and 80),
  locale       text not null default 'ar' check (locale ~ '^[a-z]{2,3}$'),
  created_at   timestamptz not null default now(),
  suspended_at timestamptz
);
comment on table account is 'Someone who signs in: staff or a vetted reader. Contributors have none.';

create table account_role (
  user_id    uuid not null references account on delete cascade,
  role       staff_role not null,
  granted_by uuid default auth.uid() references account on delete set null,
  granted_at timestamptz not null default now(),
  primary key (user_id, role)
);
comment on table account_role is 'What an account may do.';

create table reader_purpose (
  user_id    uuid not null references account on delete cascade,
  purpose    audience not null check (purpose <> 'public'),
  granted_by uuid default auth.uid() references account on delete set null,
  granted_at timestamptz not null default now(),
  primary key (user_id, purpose)
);
comment on table reader_purpose is 'The uses a reader was vetted for; they read what was consented to for these.';

create table desk_session (
  session_id uuid primary key,
  user_id    uuid not null references account on delete cascade,
  seen_at    timestamptz not null default now()
);
comment on table desk_session is 'When a staff session was last seen at the desk; after 30 idle minutes it is locked until a new code is given (R40).';

-- The account behind the request may do `wanted`.
create function app.has_role(wanted public.staff_role) returns boolean
  language sql stable security definer
  set search_path = ''
as $$
  select exists (
    select from public.account_role r join public.account a using (user_id)
    where r.user_id = auth.uid() and r.role = wanted and a.suspended_at is null
  )
$$;

-- The request carries a second factor and its session is not locked.
create function app.at_desk() returns boolean
  language sql stable security definer
  set search_path = ''
as $$
  select auth.jwt() ->> 'aal' = 'aal2' and exists (
    select from public.desk_session d join public.account a using (user_id)
    where a.suspended_at is null and d.session_id = (auth.jwt() ->> 'session_id')::uuid and d.user_id = auth.uid()
      and d.seen_at > now() - interval '30 minutes'
  )
$$;

create function app.at_desk_as(wanted public.staff_role) returns boolean
  language sql stable security definer
  set search_path = ''
as $$ select app.at_desk() and app.has_role(wanted) $$;

-- At the desk to work there; a vetted reader signs in as well, but is no colleague.
create function app.at_desk_as_staff() returns boolean
  language sql stable security definer
  set search_path = ''
as $$
  select app.at_desk() and exists (select from public.account_role where user_id = auth.uid() and role <> 'reader')
$$;

-- Opens (or unlocks) the desk for a session whose authenticator code was given within the last two minutes.
create function app.open_desk_session() returns boolean
  language plpgsql security definer
  set search_path = ''
as $$
declare
  given timestamptz;
begin
  select max(to_timestamp((m ->> 'timestamp')::double precision)) into given
    from jsonb_array_elements(auth.jwt() -> 'amr') m where m ->> 'method' = 'totp';
  if auth.jwt() ->> 'aal' is distinct from 'aal2' or given is null or given < now() - interval '2 minutes' then
    return false;
  end if;
  insert into public.desk_session (session_id, user_id) values ((auth.jwt() ->> 'session_id')::uuid, auth.uid())
    on conflict (session_id) do update set seen_at = now() where desk_session.user_id = excluded.user_id;
  return true;
end $$;

-- Notes that the session is in use. False: it is locked, a new code is needed.
create function app.touch_desk_session() returns boolean
  language sql security definer
  set search_path = ''
as $$
  with touched as (
    update public.desk_session set seen_at = now()
    where session_id = (auth.jwt() ->> 'session_id')::uuid and user_id = auth.uid()
      and seen_at > now() - interval '30 minutes'
    returning 1
  ) select exists (select from touched)
$$;

-- Whom the request may read for: everyone 'public', a vetted reader also their purposes.
create function app.my_audiences() returns public.audience[]
  language sql stable security definer
  set search_path = ''
as $$
  select array['public'::public.audience] || coalesce(array_agg(p.purpose), '{}')
  from public.reader_purpose p join public.account a using (user_id)
  where p.user_id = auth.uid() and a.suspended_at is null and app.has_role('reader')
$$;

alter table account enable row level security;
alter table account_role enable row level security;
alter table reader_purpose enable row level security;
alter table desk_session enable row level security;

grant select on account, account_role, reader_purpose to authenticated;
grant insert (user_id, display_name, locale), update (display_name, locale, suspended_at) on account to authenticated;
grant insert (user_id, role), delete on account_role to authenticated;
grant insert (user_id, purpose), delete on reader_purpose to authenticated;

create policy "people read their own account, staff at the desk read all"
  on account for select to authenticated using (user_id = (select auth.uid()) or (select app.at_desk_as_staff()));
create policy "admins at the desk add accounts"
  on account for insert to authenticated with check ((select app.at_desk_as('admin')));
create policy "admins at the desk change accounts"
  on account for update to authenticated using ((select app.at_desk_as('admin'))) with check ((select app.at_desk_as('admin')));

create policy "people read their own roles, staff at the desk read all"
  on account_role for select to authenticated using (user_id = (select auth.uid()) or (select app.at_desk_as_staff()));
create policy "admins at the desk grant roles to others"
  on account_role for insert to authenticated with check ((select app.at_desk_as('admin')) and user_id <> (select auth.uid()));
create policy "admins at the desk take roles from others"
  on account_role for delete to authenticated using ((select app.at_desk_as('admin')) and user_id <> (select auth.uid()));

create policy "people read their own purposes, admins all"
  on reader_purpose for select to authenticated using (user_id = (select auth.uid()) or (select app.at_desk_as('admin')));
create policy "admins at the desk grant purposes"
  on reader_purpose for insert to authenticated with check ((select app.at_desk_as('admin')));
create policy "admins at the desk take purposes"
  on reader_purpose for delete to authenticated using ((select app.at_desk_as('admin')));

grant execute on function app.has_role, app.at_desk, app.at_desk_as, app.at_desk_as_staff, app.open_desk_session, app.touch_desk_session to authenticated;
grant execute on function app.my_audiences to anon, authenticated, contributor, worker;

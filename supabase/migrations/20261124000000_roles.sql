-- Whom the application may be, besides Supabase's anon (a visitor) and authenticated (an account).
-- May be run again: the embedded database makes these before it makes the logins that are their members.
do $$
declare
  name text;
begin
  foreach name in array array['contributor', 'worker', 'enqueuer'] loop
    if not exists (select from pg_catalog.pg_roles where rolname = name) then
      execute format('create role %I nologin noinherit', name);
    end if;
  end loop;
end $$;

comment on role contributor is 'A receipt''s session: reaches one testimony, named in request.jwt.claims.';
comment on role worker is 'Jobs. No session of a person ever has it.';
comment on role enqueuer is 'May add jobs to the queue, and nothing else.';

grant usage on schema public, extensions, auth to contributor, worker;

-- Supabase opens every new table, sequence and function of this schema to its API roles. Here each grant is written down.
alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role;
alter default privileges in schema public revoke all on functions from anon, authenticated, service_role;

-- Whom the web and the worker log in as. By themselves they are nothing: they own nothing, inherit nothing, and row level security
-- holds for them; each transaction says which of its groups it is. They cannot log in until they are given a password, which no
-- migration knows: alter role sawt_web login password '…'; alter role sawt_worker login password '…';
-- May be run again: the embedded database makes them before the first migration.
do $$
declare
  name text;
begin
  foreach name in array array['sawt_web', 'sawt_worker'] loop
    if not exists (select from pg_catalog.pg_roles where rolname = name) then
      execute format('create role %I nologin noinherit', name);
    end if;
  end loop;
end $$;

grant anon, authenticated, contributor, enqueuer to sawt_web;
grant worker, enqueuer to sawt_worker;

alter role sawt_web set search_path = public, extensions;
alter role sawt_worker set search_path = public, extensions;

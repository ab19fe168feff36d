-- The names that no public text of a testimony may hold now; asked for whenever one is made, by whomever. Nobody learns of a testimony
-- that is not theirs.
create function app.names_left_out(wanted uuid) returns setof text
  language sql stable security definer
  set search_path = ''
as $$
  select p.name from public.third_party p
  where p.testimony_id = wanted and p.verdict is distinct from 'may_be_named'
    and (current_setting('role', true) = 'worker' or wanted = app.claimed_testimony() or app.at_desk_as('reviewer') or app.assigned_to_me(wanted))
$$;
grant execute on function app.names_left_out to contributor, authenticated, worker;

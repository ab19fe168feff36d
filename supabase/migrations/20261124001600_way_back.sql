-- A browser writes a new cookie down only after half a minute. Killed before that, the phone holds a recording and no session. While a
-- session is that young, the phone may keep a second secret for it, sealed beside the recording: good once, for a draft, and only
-- until its words were typed back, which are the way from then on.
create table way_back (
  token_hash   bytea primary key check (octet_length(token_hash) = 32),
  session_hash bytea not null unique references receipt_session on delete cascade
);
comment on table way_back is 'The hash of what a phone keeps to take up a draft whose cookie was lost with the browser; ends with the session it stands in for.';
alter table way_back enable row level security;

-- False: the session is old enough to have been written down, or there are words already.
create function app.leave_way_back(for_session bytea, way_hash bytea) returns boolean
  language plpgsql security definer
  set search_path = ''
as $$
begin
  insert into public.way_back as known (token_hash, session_hash)
    select way_hash, s.token_hash from public.receipt_session s join public.testimony t on t.id = s.testimony_id
    where s.token_hash = for_session and t.id = app.claimed_testimony() and t.state = 'draft'
      and s.opened_at > now() - interval '2 minutes'
      and not exists (select from public.receipt r where r.testimony_id = t.id and r.confirmed_at is not null)
    on conflict (session_hash) do update set token_hash = excluded.token_hash;
  return found;
end $$;

create function app.drop_way_back(for_session bytea) returns void
  language sql security definer
  set search_path = ''
as $$ delete from public.way_back where session_hash = for_session $$;

-- The draft that is taken up again, under a new session, or null. The lost session ends here, and the way with it.
create function app.take_way_back(way_hash bytea, new_session bytea) returns uuid
  language plpgsql security definer
  set search_path = ''
as $$
declare
  draft uuid;
  lost bytea;
begin
  select s.testimony_id, s.token_hash into draft, lost
    from public.way_back w join public.receipt_session s on s.token_hash = w.session_hash join public.testimony t on t.id = s.testimony_id
    where w.token_hash = way_hash and s.expires_at > now() and t.state = 'draft'
      and not exists (select from public.receipt r where r.testimony_id = t.id and r.confirmed_at is not null)
    for update of s;
  if draft is null then return null; end if;
  delete from public.receipt_session where token_hash = lost;
  insert into public.receipt_session (token_hash, testimony_id) values (new_session, draft);
  return draft;
end $$;

grant execute on function app.leave_way_back, app.drop_way_back to contributor;
grant execute on function app.take_way_back to anon;

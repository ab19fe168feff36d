-- The receipt: secret words instead of an account. The database holds a hash that took the archive's own salt and much work.
create table receipt (
  testimony_id uuid primary key references testimony on delete cascade,
  hash         bytea not null unique check (octet_length(hash) = 32),
  made_at      timestamptz not null default now(),
  confirmed_at timestamptz
);
comment on table receipt is 'Argon2id of a receipt''s words under the archive''s salt: found by the words alone, readable by nobody.';

create table receipt_session (
  token_hash   bytea primary key check (octet_length(token_hash) = 32),
  testimony_id uuid not null references testimony on delete cascade,
  opened_at    timestamptz not null default now(),
  expires_at   timestamptz not null default now() + interval '14 days'
);
comment on table receipt_session is 'A browser that may go on with one testimony; holds the hash of its cookie.';
create index on receipt_session (testimony_id);

alter table receipt enable row level security;
alter table receipt_session enable row level security;

-- New words replace earlier ones only until those were typed back.
create function app.set_receipt(words_hash bytea) returns boolean
  language plpgsql security definer
  set search_path = ''
as $$
begin
  insert into public.receipt (testimony_id, hash) values (app.claimed_testimony(), words_hash)
    on conflict (testimony_id) do update set hash = excluded.hash, made_at = now() where receipt.confirmed_at is null;
  return found;
end $$;

create function app.has_receipt() returns text
  language sql stable security definer
  set search_path = ''
as $$
  select case when confirmed_at is null then 'made' else 'confirmed' end from public.receipt where testimony_id = app.claimed_testimony()
$$;

-- Typed back before leaving. False: not these words.
create function app.confirm_receipt(words_hash bytea) returns boolean
  language sql security definer
  set search_path = ''
as $$
  with done as (
    update public.receipt set confirmed_at = coalesce(confirmed_at, now())
    where testimony_id = app.claimed_testimony() and hash = words_hash returning 1
  ) select exists (select from done)
$$;

-- Someone returns with the words: a session for that testimony, or null.
create function app.open_receipt(words_hash bytea, session_hash bytea) returns uuid
  language plpgsql security definer
  set search_path = ''
as $$
declare
  found_testimony uuid;
begin
  update public.receipt set confirmed_at = coalesce(confirmed_at, now()) where hash = words_hash returning testimony_id into found_testimony;
  if found_testimony is not null then
    insert into public.receipt_session (token_hash, testimony_id) values (session_hash, found_testimony);
  end if;
  return found_testimony;
end $$;

-- The testimony a cookie opens, or null. Each use carries the session on for 14 days (work is never lost to a time-out, R21).
create function app.resume_session(session_hash bytea) returns uuid
  language sql security definer
  set search_path = ''
as $$
  update public.receipt_session set expires_at = now() + interval '14 days'
  where token_hash = session_hash and expires_at > now() returning testimony_id
$$;

create function app.close_session(session_hash bytea) returns void
  language sql security definer
  set search_path = ''
as $$ delete from public.receipt_session where token_hash = session_hash $$;

grant execute on function app.set_receipt, app.has_receipt, app.confirm_receipt to contributor;
grant execute on function app.open_receipt, app.resume_session, app.close_session to anon;

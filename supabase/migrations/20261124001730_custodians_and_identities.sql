-- A custodian's public key. The private one never leaves them. A key counts only once somebody else compared its fingerprint with the
-- custodian: whoever lent themselves the role alone gets nothing sealed to them.
create table custodian_key (
  id           uuid primary key default gen_random_uuid(),
  user_id      uuid not null default auth.uid() references account on delete cascade,
  recipient    text not null unique check (recipient ~ '^age1[02-9ac-hj-np-z]{58}$'),
  fingerprint  text not null generated always as (encode(sha256(recipient::bytea), 'hex')) stored,
  added_at     timestamptz not null default now(),
  confirmed_by uuid references account on delete set null,
  confirmed_at timestamptz,
  retired_at   timestamptz,
  check (confirmed_by is distinct from user_id)
);
comment on table custodian_key is 'An age recipient that identities are sealed to; fingerprint: SHA-256 of it, lower case hex.';

create function note_key_change() returns trigger
  language plpgsql
  set search_path = ''
as $$
begin
  if old.retired_at is not null then
    raise exception 'a retired key stays retired' using errcode = 'SW001';
  end if;
  if new.confirmed_by is distinct from old.confirmed_by then
    new.confirmed_by := auth.uid();
    new.confirmed_at := now();
  end if;
  if new.retired_at is not null then new.retired_at := now(); end if;
  return new;
end $$;
create trigger note_key_change before update of confirmed_by, retired_at on custodian_key for each row execute function note_key_change();

alter table custodian_key enable row level security;
grant select, insert (recipient), update (confirmed_by, retired_at) on custodian_key to authenticated;
create policy "custodians and admins at the desk see the keys" on custodian_key for select to authenticated
  using ((select app.at_desk_as('custodian')) or (select app.at_desk_as('admin')));
create policy "a custodian adds a key of their own" on custodian_key for insert to authenticated
  with check ((select app.at_desk_as('custodian')) and user_id = (select auth.uid()));
create policy "somebody else confirms a key, or retires it" on custodian_key for update to authenticated
  using (((select app.at_desk_as('custodian')) or (select app.at_desk_as('admin'))) and user_id <> (select auth.uid()))
  with check (confirmed_by is null or confirmed_by = (select auth.uid()) or retired_at is not null);
create policy "a custodian retires a key of their own" on custodian_key for update to authenticated
  using ((select app.at_desk_as('custodian')) and user_id = (select auth.uid())) with check (user_id = (select auth.uid()));

-- Whom a browser seals to now: confirmed keys of those who are custodians today.
create function app.custodian_recipients() returns table (recipient text, fingerprint text)
  language sql stable security definer
  set search_path = ''
as $$
  select k.recipient, k.fingerprint
  from public.custodian_key k
  join public.account a using (user_id)
  join public.account_role r on r.user_id = k.user_id and r.role = 'custodian'
  where k.confirmed_at is not null and k.retired_at is null and a.suspended_at is null
  order by k.confirmed_at, k.id
$$;
grant execute on function app.custodian_recipients to contributor, authenticated;

-- What is stored is age's ciphertext to the keys in force, and nothing else: words in the clear are refused by the table itself.
alter table sealed_identity add check (substring(ciphertext from 1 for 21) = 'age-encryption.org/v1'::bytea);

create function refuse_unknown_recipients() returns trigger
  language plpgsql security definer
  set search_path = ''
as $$
begin
  if cardinality(new.sealed_to) = 0 or not new.sealed_to <@ array(select recipient from app.custodian_recipients()) then
    raise exception 'sealed to keys that are not in force' using errcode = 'SW018';
  end if;
  new.sealed_at := now();
  return new;
end $$;
create trigger refuse_unknown_recipients before insert or update on sealed_identity for each row execute function refuse_unknown_recipients();

alter policy "a contributor seals an identity" on sealed_identity
  with check (testimony_id = (select app.claimed_testimony()) and exists (select from testimony t where t.id = testimony_id and t.state <> 'withdrawn'));

-- A custodian learns that there is one; the ciphertext comes only through app.open_identity, which records it.
drop policy "a custodian reads what a second custodian agreed to open" on sealed_identity;
drop function app.may_open_identity;
revoke select on sealed_identity from authenticated;
grant select (testimony_id, sealed_to, sealed_at) on sealed_identity to authenticated;
create policy "custodians at the desk see that an identity was sealed" on sealed_identity for select to authenticated using ((select app.at_desk_as('custodian')));

-- With a withdrawal it is gone in the same moment, recordings or not.
create function forget_identity() returns trigger
  language plpgsql security definer
  set search_path = ''
as $$
begin
  delete from public.sealed_identity where testimony_id = new.id;
  return null;
end $$;
create trigger forget_identity after update of state on testimony
  for each row when (new.state = 'withdrawn' and old.state is distinct from new.state) execute function forget_identity();

alter table identity_opening add column opened_at timestamptz, add column times_opened integer not null default 0;
comment on column identity_opening.opened_at is 'When it was first handed to whoever asked; times_opened: how often.';

-- The log learns of a question, of the second person's word and of each opening from the database, whichever way they came about (R28).
create function record_identity_opening() returns trigger
  language plpgsql security definer
  set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    perform app.record_custody(new.testimony_id, 'identity_opening_asked', jsonb_build_object('opening', new.id));
  elsif old.agreed_by is null and new.agreed_by is not null then
    perform app.record_custody(new.testimony_id, 'identity_opening_agreed', jsonb_build_object('opening', new.id));
  end if;
  return null;
end $$;
create trigger record_identity_opening after insert or update of agreed_by on identity_opening for each row execute function record_identity_opening();

-- The ciphertext, to the custodian who asked, within an hour of another custodian's word; null for everyone and everything else.
create function app.open_identity(wanted uuid) returns bytea
  language plpgsql security definer
  set search_path = ''
as $$
declare
  about uuid;
  sealed bytea;
begin
  select o.testimony_id, s.ciphertext into about, sealed
    from public.identity_opening o
    join public.sealed_identity s on s.testimony_id = o.testimony_id
    join public.testimony t on t.id = o.testimony_id and t.state <> 'withdrawn'
    where o.id = wanted and o.requested_by = auth.uid() and o.agreed_at > now() - interval '1 hour' and app.at_desk_as('custodian');
  if about is null then return null; end if;
  update public.identity_opening set opened_at = coalesce(opened_at, now()), times_opened = times_opened + 1 where id = wanted;
  perform app.record_custody(about, 'identity_opened', jsonb_build_object('opening', wanted));
  return sealed;
end $$;

-- Custodians read no testimony; they find one by its number, as a person or a court would name it.
create function app.sealed_identities() returns table (testimony_id uuid, number bigint, sealed_at timestamptz, sealed_to text[])
  language sql stable security definer
  set search_path = ''
as $$
  select s.testimony_id, t.number, s.sealed_at, s.sealed_to
  from public.sealed_identity s join public.testimony t on t.id = s.testimony_id
  where app.at_desk_as('custodian') and t.state <> 'withdrawn'
  order by t.number desc
$$;
grant execute on function app.open_identity, app.sealed_identities to authenticated;

create type sender as enum ('contributor', 'desk');

create table message (
  id           uuid primary key default gen_random_uuid(),
  testimony_id uuid not null references testimony on delete cascade,
  sender       sender not null,
  author_id    uuid references account on delete set null,
  body         text not null check (char_length(btrim(body)) between 1 and 8000),
  sent_at      timestamptz not null default now(),
  read_at      timestamptz
);
comment on table message is 'Words between a contributor and the desk, read inside the archive only (R30).';
create index on message (testimony_id, sent_at);

-- Sealed in the browser to the custodians' keys: the server keeps what it cannot read (R27).
create table sealed_identity (
  testimony_id uuid primary key references testimony on delete cascade,
  ciphertext   bytea not null check (octet_length(ciphertext) between 1 and 65536),
  sealed_to    text[] not null,
  sealed_at    timestamptz not null default now()
);
comment on table sealed_identity is 'Name, contact, whom to protect: age ciphertext for the custodians. Reviewers have no access at all.';

create table identity_opening (
  id           uuid primary key default gen_random_uuid(),
  testimony_id uuid not null references testimony on delete cascade,
  requested_by uuid not null default auth.uid() references account on delete restrict,
  reason       text not null check (char_length(btrim(reason)) between 20 and 4000),
  requested_at timestamptz not null default now(),
  agreed_by    uuid references account on delete restrict,
  agreed_at    timestamptz,
  check (agreed_by is distinct from requested_by)
);
comment on table identity_opening is 'Why an identity was to be opened, and who else agreed (R28).';

create function app.may_open_identity(testimony uuid) returns boolean
  language sql stable security definer
  set search_path = ''
as $$
  select app.at_desk_as('custodian') and exists (
    select from public.identity_opening
    where testimony_id = testimony and requested_by = auth.uid() and agreed_by is not null and agreed_at > now() - interval '1 hour')
$$;
grant execute on function app.may_open_identity to authenticated;

alter table message enable row level security;
alter table sealed_identity enable row level security;
alter table identity_opening enable row level security;

grant select, insert (testimony_id, sender, body), update (read_at) on message to contributor;
grant select, insert (testimony_id, sender, author_id, body), update (read_at) on message to authenticated;
create policy "a contributor reads messages about their testimony" on message for select to contributor using (testimony_id = (select app.claimed_testimony()));
create policy "a contributor writes to the desk" on message for insert to contributor
  with check (testimony_id = (select app.claimed_testimony()) and sender = 'contributor' and author_id is null);
create policy "a contributor marks what they read" on message for update to contributor
  using (testimony_id = (select app.claimed_testimony()) and sender = 'desk') with check (testimony_id = (select app.claimed_testimony()));
create policy "reviewers at the desk read messages" on message for select to authenticated
  using ((select app.at_desk_as('reviewer')) and exists (select from testimony t where t.id = testimony_id));
create policy "reviewers at the desk write in their own name" on message for insert to authenticated
  with check ((select app.at_desk_as('reviewer')) and sender = 'desk' and author_id = (select auth.uid()));
create policy "reviewers at the desk mark what was read" on message for update to authenticated
  using ((select app.at_desk_as('reviewer')) and sender = 'contributor') with check ((select app.at_desk_as('reviewer')));

grant insert (testimony_id, ciphertext, sealed_to), update (ciphertext, sealed_to, sealed_at), delete, select (testimony_id, sealed_at) on sealed_identity to contributor;
grant select on sealed_identity to authenticated;
create policy "a contributor knows whether an identity was sealed" on sealed_identity for select to contributor using (testimony_id = (select app.claimed_testimony()));
create policy "a contributor seals an identity" on sealed_identity for insert to contributor with check (testimony_id = (select app.claimed_testimony()));
create policy "a contributor seals it anew" on sealed_identity for update to contributor
  using (testimony_id = (select app.claimed_testimony())) with check (testimony_id = (select app.claimed_testimony()));
create policy "a contributor takes it back" on sealed_identity for delete to contributor using (testimony_id = (select app.claimed_testimony()));
create policy "a custodian reads what a second custodian agreed to open" on sealed_identity for select to authenticated using (app.may_open_identity(testimony_id));

grant select, insert (testimony_id, reason), update (agreed_by, agreed_at) on identity_opening to authenticated;
create policy "custodians at the desk read openings" on identity_opening for select to authenticated using ((select app.at_desk_as('custodian')));
create policy "a custodian asks in their own name" on identity_opening for insert to authenticated
  with check ((select app.at_desk_as('custodian')) and requested_by = (select auth.uid()));
create policy "another custodian agrees" on identity_opening for update to authenticated
  using ((select app.at_desk_as('custodian')) and requested_by <> (select auth.uid()) and agreed_by is null)
  with check (agreed_by = (select auth.uid()));

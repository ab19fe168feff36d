-- Mails on their way to an SMTP server. What a mail says is sealed with a key that is not in this database, and gone as soon as it was
-- handed over or given up; what stays says when, of which kind and for whose account, and is forgotten after thirty days.
create type mail_state as enum ('waiting', 'sent', 'failed');

create table mail (
  id         uuid primary key default gen_random_uuid(),
  kind       text not null check (kind in ('invite', 'recovery', 'magiclink', 'email_change')),
  account_id uuid references auth.users on delete cascade,
  state      mail_state not null default 'waiting',
  reason     text check (reason in ('unreachable', 'certificate', 'no_tls', 'login', 'put_off', 'refused', 'too_late', 'unreadable')),
  tries      smallint not null default 0 check (tries >= 0),
  sealed     bytea,
  good_until timestamptz not null,
  queued_at  timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  check ((state = 'waiting') = (sealed is not null))
);
comment on table mail is 'Mails that wait, went out or were given up. sealed: address and text, AES-256-GCM, only while it waits.';
create index on mail (queued_at);

alter table mail enable row level security;
grant usage on schema public to enqueuer;
grant insert (id, kind, account_id, sealed, good_until) on mail to enqueuer;
grant select (id, kind, account_id, state, reason, tries, queued_at, changed_at) on mail to authenticated;
grant select, update (state, reason, tries, sealed, changed_at), delete on mail to worker;

create policy "whoever adds its job adds a mail that waits" on mail for insert to enqueuer with check (state = 'waiting');
create policy "admins at the desk see how mails fare" on mail for select to authenticated using ((select app.at_desk_as('admin')));
create policy "the worker reads mails" on mail for select to worker using (true);
create policy "the worker says how a mail fared" on mail for update to worker using (true) with check (true);
create policy "the worker forgets mails" on mail for delete to worker using (true);

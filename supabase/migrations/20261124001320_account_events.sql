-- Who was given or lost which right, by whom: an admin who lends somebody a role and takes it back leaves that behind.
create table account_event (
  id       bigint generated always as identity primary key,
  user_id  uuid not null,
  kind     text not null check (kind in ('role_given', 'role_taken', 'purpose_given', 'purpose_taken', 'suspended', 'readmitted')),
  about    text,
  by_id    uuid default auth.uid(),
  at       timestamptz not null default now()
);
comment on table account_event is
  'The append-only record of rights. about: the role or purpose. by_id: null where the archive''s owner did it. No foreign keys: it outlives accounts.';
create index on account_event (user_id);

create trigger refuse_rewriting before update or delete or truncate on account_event
  for each statement execute function refuse_rewriting();

create function note_right() returns trigger
  language plpgsql security definer
  set search_path = ''
as $$
declare
  held jsonb := to_jsonb(case when tg_op = 'DELETE' then old else new end);
begin
  insert into public.account_event (user_id, kind, about)
  values ((held ->> 'user_id')::uuid, tg_argv[0] || case tg_op when 'DELETE' then '_taken' else '_given' end, held ->> tg_argv[0]);
  return null;
end $$;
create trigger note_right after insert or delete on account_role for each row execute function note_right('role');
create trigger note_right after insert or delete on reader_purpose for each row execute function note_right('purpose');

create function note_suspension() returns trigger
  language plpgsql security definer
  set search_path = ''
as $$
begin
  insert into public.account_event (user_id, kind) values (new.user_id, case when new.suspended_at is null then 'readmitted' else 'suspended' end);
  return null;
end $$;
create trigger note_suspension after update of suspended_at on account
  for each row when ((new.suspended_at is null) <> (old.suspended_at is null)) execute function note_suspension();

alter table account_event enable row level security;
grant select on account_event to authenticated;
create policy "admins and custodians at the desk read the record of rights" on account_event for select to authenticated
  using ((select app.at_desk_as('admin')) or (select app.at_desk_as('custodian')));

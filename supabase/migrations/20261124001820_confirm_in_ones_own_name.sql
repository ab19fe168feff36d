-- Who confirmed a passage or its translation is whoever did it: the column is granted, and nobody signs for a colleague.
create function refuse_foreign_confirmation() returns trigger
  language plpgsql
  set search_path = ''
as $$
begin
  if new.confirmed_by <> auth.uid() and (tg_op = 'INSERT' or new.confirmed_by is distinct from old.confirmed_by) then
    raise exception 'a confirmation is one''s own' using errcode = '42501';
  end if;
  return new;
end $$;
create trigger refuse_foreign_confirmation before insert or update of confirmed_by on segment
  for each row when (new.confirmed_by is not null) execute function refuse_foreign_confirmation();
create trigger refuse_foreign_confirmation before insert or update of confirmed_by on translation
  for each row when (new.confirmed_by is not null) execute function refuse_foreign_confirmation();

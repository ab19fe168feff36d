-- After a withdrawal an edition's row stays, so that its address answers "gone" (R10); what it said does not.
create or replace function refuse_changing_publication() returns trigger
  language plpgsql
  set search_path = ''
as $$
declare
  forgotten jsonb := '{"chosen_name": null, "descriptions": {}, "facility": null, "year_from": null, "year_to": null, "themes": [], "warnings": [], "redactions": []}';
begin
  if tg_table_name = 'publication' then
    if old.unpublished_at is null and to_jsonb(new) - 'unpublished_at' = to_jsonb(old) - 'unpublished_at' then
      return new;
    end if;
    if old.unpublished_at is not null and to_jsonb(new) = to_jsonb(old) || forgotten then
      return new;
    end if;
  end if;
  raise exception 'an edition does not change' using errcode = 'SW010';
end $$;

grant update (chosen_name, descriptions, facility, year_from, year_to, themes, warnings, redactions) on publication to worker;

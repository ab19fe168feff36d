-- What an edition would say now, as one fingerprint: a reviewer approves the words on their page, not those that came after it.
create function app.words_of(wanted uuid) returns text
  language sql stable
  set search_path = ''
as $$
  select encode(sha256(convert_to(concat_ws(E'\n',
    (select row(t.language, t.chosen_name, t.facility_id, t.year_from, t.year_to, t.hard_material)::text from public.testimony t where t.id = wanted),
    (select string_agg(row(s.id, s.transcript_id, s.position, s.start_ms, s.end_ms, s.speaker, s.text, s.words, s.provenance, s.confirmed_by)::text,
      E'\n' order by s.id) from public.segment s where s.testimony_id = wanted),
    (select string_agg(row(x.segment_id, x.language, x.text, x.provenance, x.confirmed_by, x.source_version)::text,
      E'\n' order by x.segment_id, x.language) from public.translation x where x.testimony_id = wanted),
    (select string_agg(row(d.language, d.title, d.summary)::text, E'\n' order by d.language) from public.testimony_description d where d.testimony_id = wanted),
    (select string_agg(m.theme_id::text, E'\n' order by m.theme_id) from public.testimony_theme m where m.testimony_id = wanted),
    (select string_agg(row(w.id, w.kind, w.note, w.start_ms, w.end_ms)::text, E'\n' order by w.id) from public.content_warning w where w.testimony_id = wanted)
  ), 'UTF8')), 'hex')
$$;
grant execute on function app.words_of to authenticated;

-- Somebody's change and somebody's approval come one after the other: the change waits for an approval under way, or is seen by it.
create or replace function refuse_changing_approved() returns trigger
  language plpgsql security definer
  set search_path = ''
as $$
declare
  about constant uuid := coalesce(new.testimony_id, old.testimony_id);
begin
  perform from public.testimony where id = about for share;
  if app.is_approved_by_one(about) then
    raise exception 'what somebody approved does not change' using errcode = 'SW008';
  end if;
  return coalesce(new, old);
end $$;

-- What consent opens, what two people decided and what a person ended holds everywhere, whichever way it is asked.

-- Whom a version of consent opens a testimony to; nobody unless the person also wants it kept.
create function app.audiences_of(given public.consent) returns public.audience[]
  language sql immutable
  set search_path = ''
as $$
  select case when given.keep = 'yes' then array_remove(array[
      case when given.public = 'yes' then 'public'::public.audience end,
      case when given.journalists = 'yes' then 'journalists'::public.audience end,
      case when given.court = 'yes' then 'court'::public.audience end,
      case when given.research = 'yes' then 'research'::public.audience end,
      case when given.education = 'yes' then 'education'::public.audience end], null)
    else '{}' end
$$;

-- An open edition shows a name, a place, a face or a voice that this consent does not (R4). How a medium was disguised stands in the
-- worker's own entry of the log; one without an entry counts as undisguised.
create function app.shows_more_than(given public.consent) returns boolean
  language sql stable security definer
  set search_path = ''
as $$
  select exists (
    select from public.publication p
    where p.testimony_id = given.testimony_id and p.unpublished_at is null and (
      p.chosen_name is not null and given.name is distinct from 'yes'
      or p.facility is not null and given.place is distinct from 'yes'
      or exists (
        select from public.publication_medium m
        left join public.custody_event e on e.testimony_id = m.testimony_id and e.kind = 'public_rendition_made'
          and e.actor_kind = 'worker' and e.detail ->> 'sha256' = m.sha256
        where m.publication_id = p.id and (
          m.kind = 'video' and given.face is distinct from 'yes' and (e.detail ->> 'blurPicture')::boolean is not true
          or given.voice is distinct from 'yes' and (e.detail ->> 'disguiseVoice')::boolean is not true))))
$$;

-- An edition that shows too much is open to nobody, in pages, media and search alike, until consent covers it again.
create or replace function put_consent_in_force() returns trigger
  language plpgsql security definer
  set search_path = ''
as $$
begin
  insert into public.live_consent (testimony_id, consent_id, audiences, machine, name, face, voice, place)
  values (
    new.testimony_id, new.id,
    case when app.shows_more_than(new) then '{}' else app.audiences_of(new) end,
    coalesce(new.machine = 'yes', false), coalesce(new.name = 'yes', false), coalesce(new.face = 'yes', false),
    coalesce(new.voice = 'yes', false), coalesce(new.place = 'yes', false))
  on conflict (testimony_id) do update set consent_id = excluded.consent_id, audiences = excluded.audiences,
    machine = excluded.machine, name = excluded.name, face = excluded.face, voice = excluded.voice, place = excluded.place;
  return null;
end $$;

-- Asked once more when an edition and its media are there: consent may have changed while they were being copied.
create function hold_edition_to_consent() returns trigger
  language plpgsql security definer
  set search_path = ''
as $$
begin
  update public.live_consent l set audiences = case when app.shows_more_than(c) then '{}' else app.audiences_of(c) end
    from public.consent c where l.testimony_id = new.testimony_id and c.id = l.consent_id;
  return null;
end $$;
create constraint trigger hold_edition_to_consent after insert on publication deferrable initially deferred
  for each row execute function hold_edition_to_consent();

-- 410 tells that there was something: only whoever could have read it then learns so. To everyone else it is the 404 of what never was.
create function app.was_open_to_me(edition public.publication) returns boolean
  language sql stable security definer
  set search_path = ''
as $$
  select exists (
    select from public.consent c left join public.consent later on later.testimony_id = c.testimony_id and later.version = c.version + 1
    where c.testimony_id = edition.testimony_id and c.given_at <= edition.unpublished_at
      and (later.given_at is null or later.given_at > edition.published_at)
      and app.audiences_of(c) && app.my_audiences())
$$;
create or replace function app.is_gone(testimony uuid) returns boolean
  language sql stable security definer
  set search_path = ''
as $$
  select exists (select from public.publication p where p.testimony_id = testimony and p.unpublished_at is not null and app.was_open_to_me(p))
    and not exists (select from public.publication where testimony_id = testimony and unpublished_at is null)
$$;
create or replace function app.is_medium_gone(wanted uuid) returns boolean
  language sql stable security definer
  set search_path = ''
as $$
  select exists (
    select from public.publication_medium m join public.publication p on p.id = m.publication_id
    where m.id = wanted and p.unpublished_at is not null and app.was_open_to_me(p))
$$;

-- Somebody approved the edit list in force, or both did: what the edition will say stands still (R31). To change it, the next edit list
-- is opened, which both approve anew.
create function app.is_approved_by_one(wanted uuid) returns boolean
  language sql stable security definer
  set search_path = ''
as $$
  select exists (
    select from public.testimony t where t.id = wanted and (t.state in ('approved', 'scheduled', 'published')
      or t.state = 'in_review' and exists (
        select from public.decision d where d.testimony_id = t.id and d.edit_list_id = t.edit_list_id and d.verdict = 'approve')))
$$;
create function refuse_changing_approved() returns trigger
  language plpgsql security definer
  set search_path = ''
as $$
begin
  if app.is_approved_by_one(coalesce(new.testimony_id, old.testimony_id)) then
    raise exception 'what somebody approved does not change' using errcode = 'SW008';
  end if;
  return coalesce(new, old);
end $$;
create trigger refuse_changing_approved before insert or update or delete on transcript for each row execute function refuse_changing_approved();
create trigger refuse_changing_approved before insert or update or delete on segment for each row execute function refuse_changing_approved();
create trigger refuse_changing_approved before insert or update or delete on translation for each row execute function refuse_changing_approved();
create trigger refuse_changing_approved before insert or update or delete on testimony_description for each row execute function refuse_changing_approved();
create trigger refuse_changing_approved before insert or update or delete on testimony_theme for each row execute function refuse_changing_approved();
create trigger refuse_changing_approved before insert or update or delete on content_warning for each row execute function refuse_changing_approved();

create function refuse_changing_approved_testimony() returns trigger
  language plpgsql
  set search_path = ''
as $$
begin
  if current_user = 'contributor' and old.state not in ('draft', 'changes_requested') then
    raise exception 'no longer being told' using errcode = 'SW001';
  end if;
  if app.is_approved_by_one(old.id) then
    raise exception 'what somebody approved does not change' using errcode = 'SW008';
  end if;
  return new;
end $$;
grant execute on function app.is_approved_by_one to contributor, authenticated, worker;
create trigger e_refuse_changing_approved before update of language, medium, chosen_name, facility_id, year_from, year_to, hard_material on testimony
  for each row when ((new.language, new.medium, new.chosen_name, new.facility_id, new.year_from, new.year_to, new.hard_material)
    is distinct from (old.language, old.medium, old.chosen_name, old.facility_id, old.year_from, old.year_to, old.hard_material))
  execute function refuse_changing_approved_testimony();

-- An approval is of what stood there then: none is carried over by going back to a list that was decided on before, or by handing the
-- testimony over anew.
create function refuse_going_back_to_edit_list() returns trigger
  language plpgsql security definer
  set search_path = ''
as $$
begin
  if exists (select from public.decision where edit_list_id = new.edit_list_id) then
    raise exception 'that edit list was decided on' using errcode = 'SW004';
  end if;
  return new;
end $$;
create trigger f_refuse_going_back_to_edit_list before update of edit_list_id on testimony
  for each row when (new.edit_list_id is distinct from old.edit_list_id) execute function refuse_going_back_to_edit_list();

create or replace function refuse_single_approval() returns trigger
  language plpgsql security definer
  set search_path = ''
as $$
begin
  if (select count(distinct reviewer_id) from public.decision
      where testimony_id = new.id and edit_list_id = new.edit_list_id and verdict = 'approve'
        and reviewer_id is distinct from new.submitted_by and decided_at >= coalesce(new.submitted_at, '-infinity')) < 2
  then
    raise exception 'two people must approve' using errcode = 'SW002';
  end if;
  return new;
end $$;

-- Whoever leaves the desk has left it, also with an access token that has not run out.
create function app.close_desk_session() returns void
  language sql security definer
  set search_path = ''
as $$ delete from public.desk_session where session_id = (auth.jwt() ->> 'session_id')::uuid and user_id = auth.uid() $$;

-- Every other session of one's own, after a new password; all of somebody's, by an admin, after their authenticator app was lost.
create function app.close_desk_sessions_of(person uuid) returns void
  language sql security definer
  set search_path = ''
as $$
  delete from public.desk_session where user_id = person
    and case when person = auth.uid() then session_id <> (auth.jwt() ->> 'session_id')::uuid else app.at_desk_as('admin') end
$$;
grant execute on function app.close_desk_session, app.close_desk_sessions_of to authenticated;

-- A second custodian's word opens an identity for an hour from when it was given, not from when it says it was.
create function note_agreement() returns trigger
  language plpgsql
  set search_path = ''
as $$
begin
  new.agreed_at := now();
  return new;
end $$;
create trigger note_agreement before update of agreed_by, agreed_at on identity_opening for each row execute function note_agreement();

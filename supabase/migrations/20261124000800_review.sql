-- Risk in writing, and two people's decision about exactly what they watched (R31, R32).
create type risk_level as enum ('low', 'medium', 'high');
create type verdict as enum ('approve', 'ask_changes', 'decline');

create table risk_assessment (
  id             uuid primary key default gen_random_uuid(),
  testimony_id   uuid not null references testimony on delete cascade,
  person_level   risk_level not null,
  person_note    text not null check (char_length(btrim(person_note)) between 10 and 4000),
  family_level   risk_level not null,
  family_note    text not null check (char_length(btrim(family_note)) between 10 and 4000),
  detained_level risk_level not null,
  detained_note  text not null check (char_length(btrim(detained_note)) between 10 and 4000),
  author_id      uuid not null default auth.uid() references account on delete restrict,
  written_at     timestamptz not null default now()
);
comment on table risk_assessment is 'What could happen to the person, their family and people still detained. The newest is the one in force.';
create index on risk_assessment (testimony_id, written_at desc);

create table decision (
  id           uuid primary key default gen_random_uuid(),
  testimony_id uuid not null references testimony on delete cascade,
  edit_list_id uuid not null references edit_list on delete restrict,
  reviewer_id  uuid not null default auth.uid() references account on delete restrict,
  verdict      verdict not null,
  reason       text not null check (char_length(btrim(reason)) between 20 and 4000),
  decided_at   timestamptz not null default now(),
  unique (testimony_id, edit_list_id, reviewer_id)
);
comment on table decision is 'What each reviewer decided, about exactly the edit list whose rendition they watched.';

create function app.submitted_by(wanted uuid, person uuid) returns boolean
  language sql stable security definer
  set search_path = ''
as $$ select exists (select from public.testimony where id = wanted and submitted_by = person) $$;
grant execute on function app.submitted_by to authenticated;

create function refuse_premature_decision() returns trigger
  language plpgsql security definer
  set search_path = ''
as $$
declare
  about public.testimony;
begin
  select * into about from public.testimony where id = new.testimony_id;
  if about.submitted_by = new.reviewer_id then
    raise exception 'nobody decides on what they submitted' using errcode = 'SW005';
  end if;
  if about.state <> 'in_review' then
    raise exception 'not in review' using errcode = 'SW001';
  end if;
  if about.edit_list_id is distinct from new.edit_list_id
    or not exists (select from public.edit_list where id = new.edit_list_id and testimony_id = new.testimony_id and (new.verdict <> 'approve' or rendered_at is not null))
  then
    raise exception 'not the edit list in force' using errcode = 'SW004';
  end if;
  if new.verdict = 'approve' and not exists (select from public.risk_assessment where testimony_id = new.testimony_id) then
    raise exception 'the risk was not assessed' using errcode = 'SW003';
  end if;
  return new;
end $$;
create trigger refuse_premature_decision before insert on decision for each row execute function refuse_premature_decision();
create trigger refuse_rewriting before update on decision for each statement execute function refuse_rewriting();
create trigger refuse_rewriting before update on risk_assessment for each statement execute function refuse_rewriting();

-- Approval is counted here too, so that no code path can publish on one person's word.
create function refuse_single_approval() returns trigger
  language plpgsql security definer
  set search_path = ''
as $$
begin
  if (select count(distinct reviewer_id) from public.decision
      where testimony_id = new.id and edit_list_id = new.edit_list_id and verdict = 'approve'
        and reviewer_id is distinct from new.submitted_by) < 2
  then
    raise exception 'two people must approve' using errcode = 'SW002';
  end if;
  return new;
end $$;
create trigger b_refuse_single_approval before update of state on testimony
  for each row when (new.state in ('approved', 'scheduled', 'published') and old.state is distinct from new.state)
  execute function refuse_single_approval();

-- The edit list that two people approved cannot be swapped afterwards.
create function refuse_swapping_edit_list() returns trigger
  language plpgsql
  set search_path = ''
as $$
begin
  raise exception 'the approved edit list does not change' using errcode = 'SW004';
end $$;
create trigger c_refuse_swapping_edit_list before update of edit_list_id on testimony
  for each row when (old.state in ('approved', 'scheduled', 'published') and new.edit_list_id is distinct from old.edit_list_id)
  execute function refuse_swapping_edit_list();

-- The cooling-off is over before anything is published (R11).
create function refuse_hurried_publication() returns trigger
  language plpgsql security definer
  set search_path = ''
as $$
begin
  if new.state = 'scheduled' and (new.publish_after is null or new.publish_after < now() + (select cooling_off from public.archive) - interval '1 second') then
    raise exception 'the cooling-off is shorter than the archive''s' using errcode = 'SW006';
  end if;
  if new.state = 'published' and (old.publish_after is null or old.publish_after > now()) then
    raise exception 'the cooling-off is not over' using errcode = 'SW006';
  end if;
  return new;
end $$;
create trigger d_refuse_hurried_publication before update of state on testimony
  for each row when (new.state in ('scheduled', 'published') and old.state is distinct from new.state)
  execute function refuse_hurried_publication();

alter table risk_assessment enable row level security;
alter table decision enable row level security;
grant select on risk_assessment, decision to authenticated, worker;
grant insert (testimony_id, person_level, person_note, family_level, family_note, detained_level, detained_note) on risk_assessment to authenticated;
grant insert (testimony_id, edit_list_id, verdict, reason) on decision to authenticated;

create policy "reviewers at the desk read risk assessments" on risk_assessment for select to authenticated
  using ((select app.at_desk_as('reviewer')) and exists (select from testimony t where t.id = testimony_id));
create policy "reviewers assess risk in their own name while under review" on risk_assessment for insert to authenticated
  with check ((select app.at_desk_as('reviewer')) and author_id = (select auth.uid()) and app.is_under_review(testimony_id));
create policy "the worker reads risk assessments" on risk_assessment for select to worker using (true);
create policy "reviewers at the desk read decisions" on decision for select to authenticated
  using ((select app.at_desk_as('reviewer')) and exists (select from testimony t where t.id = testimony_id));
create policy "a reviewer decides in their own name" on decision for insert to authenticated
  with check ((select app.at_desk_as('reviewer')) and reviewer_id = (select auth.uid()));
create policy "the worker reads decisions" on decision for select to worker using (true);

-- What an archive decides about itself, and the words it sorts by.
create table archive (
  only_one       boolean primary key default true check (only_one),
  name_ar        text not null default 'صوت',
  name_en        text not null default 'Sawt',
  cooling_off    interval not null default interval '14 days' check (cooling_off >= interval '0'),
  quick_exit_url text not null default 'https://www.wikipedia.org/' check (quick_exit_url ~ '^https://'),
  is_sample      boolean not null default false
);
comment on table archive is 'The settings of this archive: one row.';
insert into archive default values;

create table facility (
  id      uuid primary key default gen_random_uuid(),
  slug    text not null unique check (slug ~ '^[a-z0-9-]{1,80}$'),
  name_ar text not null check (char_length(name_ar) between 1 and 200),
  name_en text not null check (char_length(name_en) between 1 and 200),
  aliases text[] not null default '{}',
  latitude  double precision check (latitude between -90 and 90),
  longitude double precision check (longitude between -180 and 180)
);
comment on table facility is 'A place of detention, with its other names and transliterations.';

create table theme (
  id      uuid primary key default gen_random_uuid(),
  slug    text not null unique check (slug ~ '^[a-z0-9-]{1,80}$'),
  name_ar text not null check (char_length(name_ar) between 1 and 200),
  name_en text not null check (char_length(name_en) between 1 and 200)
);
comment on table theme is 'What a testimony speaks of.';

alter table archive enable row level security;
alter table facility enable row level security;
alter table theme enable row level security;

grant select on archive, facility, theme to anon, authenticated, contributor, worker;
grant update (name_ar, name_en, cooling_off, quick_exit_url) on archive to authenticated;
grant insert (slug, name_ar, name_en, aliases, latitude, longitude), update (name_ar, name_en, aliases, latitude, longitude)
  on facility to authenticated;
grant insert (slug, name_ar, name_en), update (name_ar, name_en) on theme to authenticated;

create policy "everyone reads what the archive says of itself" on archive for select using (true);
create policy "admins at the desk change settings" on archive for update to authenticated
  using ((select app.at_desk_as('admin'))) with check ((select app.at_desk_as('admin')));

create policy "everyone reads the places" on facility for select using (true);
create policy "admins and reviewers add places" on facility for insert to authenticated
  with check ((select app.at_desk_as('admin')) or (select app.at_desk_as('reviewer')));
create policy "admins and reviewers change places" on facility for update to authenticated
  using ((select app.at_desk_as('admin')) or (select app.at_desk_as('reviewer')))
  with check ((select app.at_desk_as('admin')) or (select app.at_desk_as('reviewer')));

create policy "everyone reads the themes" on theme for select using (true);
create policy "admins and reviewers add themes" on theme for insert to authenticated
  with check ((select app.at_desk_as('admin')) or (select app.at_desk_as('reviewer')));
create policy "admins and reviewers change themes" on theme for update to authenticated
  using ((select app.at_desk_as('admin')) or (select app.at_desk_as('reviewer')))
  with check ((select app.at_desk_as('admin')) or (select app.at_desk_as('reviewer')));

-- Whom the support page names (R20), by country and language. Nothing about who looked is kept anywhere.
create type support_kind as enum ('care', 'legal', 'crisis');

create table support_contact (
  id        uuid primary key default gen_random_uuid(),
  country   text check (country ~ '^[A-Z]{2}$'),
  kind      support_kind not null,
  name      text not null check (char_length(btrim(name)) between 1 and 120),
  url       text check (char_length(url) <= 500 and url ~ '^https?://[^[:space:]]+$'),
  phone     text check (phone ~ '^[0-9+() /*#-]{3,40}$'),
  languages text[] not null default '{}',
  what      jsonb not null check (jsonb_typeof(what) = 'object' and what <> '{}'),
  position  smallint not null default 100,
  added_at  timestamptz not null default now(),
  check (url is not null or phone is not null)
);
comment on table support_contact is 'An organisation that helps. country: ISO 3166-1, null where it works in many; what: what it does, by page language.';
create index on support_contact (country);

alter table support_contact enable row level security;
grant select on support_contact to anon, contributor, authenticated, worker;
grant insert (country, kind, name, url, phone, languages, what, position), update (country, kind, name, url, phone, languages, what, position), delete
  on support_contact to authenticated;
create policy "everyone reads who helps" on support_contact for select using (true);
create policy "admins at the desk add who helps" on support_contact for insert to authenticated with check ((select app.at_desk_as('admin')));
create policy "admins at the desk change who helps" on support_contact for update to authenticated
  using ((select app.at_desk_as('admin'))) with check ((select app.at_desk_as('admin')));
create policy "admins at the desk take away who helps" on support_contact for delete to authenticated using ((select app.at_desk_as('admin')));

insert into support_contact (country, kind, name, url, languages, what, position) values
  (null, 'care', 'IRCT', 'https://irct.org/', '{en}',
    '{"ar": "مراكز تأهيل في أكثر من سبعين بلدًا، تُختار بحسب البلد.", "en": "Rehabilitation centres in more than seventy countries, to be chosen by country."}', 10),
  ('JO', 'care', 'Center for Victims of Torture', 'https://www.cvt.org/', '{ar,en}',
    '{"ar": "علاج نفسي وجسدي، ومنه في الأردن.", "en": "Psychological and physical treatment, in Jordan among other places."}', 20),
  ('LB', 'care', 'Restart Center', 'https://restartcenter.com/', '{ar,en,fr}',
    '{"ar": "علاج نفسي واجتماعي في بيروت وطرابلس.", "en": "Psychological and social care in Beirut and Tripoli."}', 20),
  ('DE', 'care', 'Zentrum ÜBERLEBEN', 'https://www.ueberleben.org/', '{de,ar}',
    '{"ar": "علاج وعون اجتماعي في برلين، وبالعربية.", "en": "Treatment and social help in Berlin, also in Arabic."}', 20),
  ('FR', 'care', 'Centre Primo Levi', 'https://www.primolevi.org/', '{fr}',
    '{"ar": "علاج وعون اجتماعي وقانوني في باريس.", "en": "Treatment, social and legal help in Paris."}', 20),
  ('GB', 'care', 'Freedom from Torture', 'https://www.freedomfromtorture.org/', '{en}',
    '{"ar": "علاج وعون قانوني في مدن عدة.", "en": "Treatment and legal help in several cities."}', 20),
  (null, 'legal', 'ECCHR', 'https://www.ecchr.eu/', '{en,de}',
    '{"ar": "محامون في قضايا التعذيب أمام المحاكم الأوروبية.", "en": "Lawyers in cases of torture before European courts."}', 30);

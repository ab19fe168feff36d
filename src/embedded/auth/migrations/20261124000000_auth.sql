-- Supabase's schema `auth`, as far as this application and its own server need it. Names and types are Supabase's, so that
-- foreign keys, policies and a later move to Supabase Auth hold. What it stores of a caller (address, user agent) is left out (R33).
set local role supabase_auth_admin;

create type auth.aal_level as enum ('aal1', 'aal2', 'aal3');
create type auth.factor_type as enum ('totp', 'webauthn', 'phone');
create type auth.factor_status as enum ('unverified', 'verified');
create type auth.one_time_token_type as enum (
  'confirmation_token', 'reauthentication_token', 'recovery_token',
  'email_change_token_new', 'email_change_token_current', 'phone_change_token'
);

create table auth.users (
  id                   uuid primary key,
  aud                  varchar(255) not null default 'authenticated',
  role                 varchar(255) not null default 'authenticated',
  email                varchar(255) not null check (email = lower(email)),
  encrypted_password   varchar(255),
  email_confirmed_at   timestamptz,
  invited_at           timestamptz,
  confirmation_sent_at timestamptz,
  recovery_sent_at     timestamptz,
  email_change         varchar(255),
  email_change_sent_at timestamptz,
  last_sign_in_at      timestamptz,
  raw_app_meta_data    jsonb not null default '{}',
  raw_user_meta_data   jsonb not null default '{}',
  banned_until         timestamptz,
  created_at           timestamptz not null default now(),
  updated_at           timestamptz not null default now()
);
create unique index users_email_key on auth.users (email);
comment on table auth.users is 'Who may sign in. encrypted_password is an Argon2id hash.';

create table auth.identities (
  id              uuid primary key default gen_random_uuid(),
  provider_id     text not null,
  user_id         uuid not null references auth.users on delete cascade,
  identity_data   jsonb not null,
  provider        text not null,
  last_sign_in_at timestamptz,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  email           text generated always as (lower(identity_data ->> 'email')) stored,
  unique (provider_id, provider)
);
create index identities_user_id_idx on auth.identities (user_id);
comment on table auth.identities is 'How a user proves who they are; here always by e-mail.';

create table auth.mfa_factors (
  id                 uuid primary key,
  user_id            uuid not null references auth.users on delete cascade,
  friendly_name      text,
  factor_type        auth.factor_type not null,
  status             auth.factor_status not null,
  secret             text not null,
  last_challenged_at timestamptz,
  last_step          bigint not null default 0,
  created_at         timestamptz not null default now(),
  updated_at         timestamptz not null default now()
);
create unique index mfa_factors_friendly_name_key on auth.mfa_factors (user_id, friendly_name) where btrim(friendly_name) <> '';
comment on table auth.mfa_factors is 'Authenticator apps. secret is sealed with a key outside the database.';
comment on column auth.mfa_factors.last_step is 'The 30-second step of the last code taken: it and older ones are refused.';

create table auth.mfa_challenges (
  id          uuid primary key,
  factor_id   uuid not null references auth.mfa_factors on delete cascade,
  created_at  timestamptz not null default now(),
  verified_at timestamptz
);
create index mfa_challenges_factor_id_idx on auth.mfa_challenges (factor_id);
comment on table auth.mfa_challenges is 'A code that was asked for; answered once, within five minutes.';

create table auth.sessions (
  id           uuid primary key,
  user_id      uuid not null references auth.users on delete cascade,
  aal          auth.aal_level not null default 'aal1',
  factor_id    uuid references auth.mfa_factors on delete set null,
  refreshed_at timestamp,
  not_after    timestamptz,
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now()
);
create index sessions_user_id_idx on auth.sessions (user_id);
comment on table auth.sessions is 'A sign-in that has not ended.';

create table auth.refresh_tokens (
  id         uuid primary key,
  token_hash bytea not null unique,
  session_id uuid not null references auth.sessions on delete cascade,
  parent     uuid references auth.refresh_tokens on delete cascade,
  revoked    boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index refresh_tokens_session_id_idx on auth.refresh_tokens (session_id) where not revoked;
create index refresh_tokens_parent_idx on auth.refresh_tokens (parent);
comment on table auth.refresh_tokens is 'The chain of a session''s refresh tokens. A token is made from its id and a key outside the database.';

create table auth.mfa_amr_claims (
  id                    uuid primary key default gen_random_uuid(),
  session_id            uuid not null references auth.sessions on delete cascade,
  authentication_method text not null,
  created_at            timestamptz not null default now(),
  updated_at            timestamptz not null default now(),
  unique (session_id, authentication_method)
);
comment on table auth.mfa_amr_claims is 'How a session was proven, and when last.';

create table auth.one_time_tokens (
  id         uuid primary key default gen_random_uuid(),
  user_id    uuid not null references auth.users on delete cascade,
  token_type auth.one_time_token_type not null,
  token_hash text not null unique check (char_length(token_hash) > 0),
  relates_to text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (user_id, token_type)
);
comment on table auth.one_time_tokens is 'Links that were sent and not used. Holds the hash of what the link carries.';

alter table auth.users enable row level security;
alter table auth.identities enable row level security;
alter table auth.mfa_factors enable row level security;
alter table auth.mfa_challenges enable row level security;
alter table auth.sessions enable row level security;
alter table auth.refresh_tokens enable row level security;
alter table auth.mfa_amr_claims enable row level security;
alter table auth.one_time_tokens enable row level security;

create function auth.jwt() returns jsonb
  language sql stable
as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')
  )::jsonb
$$;
comment on function auth.jwt() is 'The claims of the request; null without one.';

create function auth.uid() returns uuid
  language sql stable
as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.sub', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'
  )::uuid
$$;
comment on function auth.uid() is 'The account behind the request; null without one.';

create function auth.role() returns text
  language sql stable
as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.role', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role'
  )
$$;
comment on function auth.role() is 'The role that the request''s token names; null without one.';

create function auth.email() returns text
  language sql stable
as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.email', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'email'
  )
$$;
comment on function auth.email() is 'The address in the request''s token; null without one.';

grant execute on function auth.jwt(), auth.uid(), auth.role(), auth.email() to public;

reset role;

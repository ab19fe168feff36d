-- On a Supabase database the schema `auth` is Supabase's own: nobody there can let our role `contributor` look into it, and what runs
-- with a contributor's rights cannot call auth.jwt(). The claim is read where auth.jwt() reads it.
create or replace function app.claimed_testimony() returns uuid
  language sql stable
  set search_path = ''
as $$ select (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'testimony_id')::uuid $$;

-- The image makes Supabase's own roles without passwords: here is the one that they sign in with.
\set password `echo "$POSTGRES_PASSWORD"`
alter user supabase_auth_admin with password :'password';
alter user supabase_storage_admin with password :'password';
alter user authenticator with password :'password';

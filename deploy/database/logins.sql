-- The logins of web and worker come with the schema, and cannot be used until somebody gives them passwords.
\set web `echo "$WEB_PASSWORD"`
\set worker `echo "$WORKER_PASSWORD"`
alter role sawt_web login password :'web';
alter role sawt_worker login password :'worker';

-- A draft that nobody can come back to: no words were ever given for it, and every session over it ended. Nothing in it was handed
-- over, so it is not the archive's to keep.
create function app.abandoned_drafts() returns setof uuid
  language sql stable security definer
  set search_path = ''
as $$
  select t.id from public.testimony t
  where t.state = 'draft' and t.created_at < now() - interval '14 days'
    and not exists (select from public.receipt r where r.testimony_id = t.id)
    and not exists (select from public.receipt_session s where s.testimony_id = t.id and s.expires_at > now())
$$;
comment on function app.abandoned_drafts is 'Drafts without a receipt and without a living session, older than 14 days.';

-- False: somebody came back meanwhile.
create function app.delete_abandoned_draft(wanted uuid) returns boolean
  language sql security definer
  set search_path = ''
as $$
  with gone as (delete from public.testimony where id = wanted and id in (select app.abandoned_drafts()) returning 1)
  select exists (select from gone)
$$;
grant execute on function app.abandoned_drafts, app.delete_abandoned_draft to worker;

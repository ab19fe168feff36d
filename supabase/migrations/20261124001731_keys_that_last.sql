-- What is sealed today may be kept by somebody until there are computers that break today's curves, and must stay closed to them:
-- only age's hybrid recipients (ML-KEM-768 with X25519) are taken. One weaker recipient would open what the others close.
alter table custodian_key drop constraint custodian_key_recipient_check;
alter table custodian_key add constraint custodian_key_recipient_check check (char_length(recipient) = 1959 and recipient ~ '^age1pq1[02-9ac-hj-np-z]+$');

-- sealed_to names the keys by their fingerprints.
create or replace function refuse_unknown_recipients() returns trigger
  language plpgsql security definer
  set search_path = ''
as $$
begin
  if cardinality(new.sealed_to) = 0 or not new.sealed_to <@ array(select fingerprint from app.custodian_recipients()) then
    raise exception 'sealed to keys that are not in force' using errcode = 'SW018';
  end if;
  new.sealed_at := now();
  return new;
end $$;
comment on column sealed_identity.sealed_to is 'Fingerprints of the custodians'' keys that can open it.';

-- Who at the archive added a reading is nobody's business outside: visitors reach this table through Supabase's own API as well.
revoke select on narration from anon, contributor, authenticated, worker;
grant select (id, text_version, text_language, part, state, refused_for, media_type, bytes, sha256, duration_ms, added_at)
  on narration to anon, contributor, authenticated, worker;

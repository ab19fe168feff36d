-- Who has everything destroyed has what the desk wrote about it destroyed as well: a title can say what was said.
grant delete on testimony_description, content_warning to worker;
create policy "the worker destroys descriptions of what was withdrawn" on testimony_description for delete to worker
  using (exists (select from testimony t where t.id = testimony_id and t.state = 'withdrawn' and t.destroy_recordings));
create policy "the worker destroys warnings on what was withdrawn" on content_warning for delete to worker
  using (exists (select from testimony t where t.id = testimony_id and t.state = 'withdrawn' and t.destroy_recordings));

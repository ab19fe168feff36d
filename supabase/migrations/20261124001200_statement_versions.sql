-- A statement that was handed over again is compared with what its passages said before the desk corrected them.
grant select on segment_version to worker;
create policy "the worker reads earlier versions" on segment_version for select to worker using (true);

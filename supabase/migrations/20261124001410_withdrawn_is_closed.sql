-- What the desk wrote about a testimony is about a person as well: after a withdrawal it is closed like the testimony itself. The log,
-- which holds no words, still says what happened.
alter policy "reviewers at the desk read risk assessments" on risk_assessment
  using ((select app.at_desk_as('reviewer')) and exists (select from testimony t where t.id = testimony_id and t.state <> 'withdrawn'));
alter policy "reviewers at the desk read decisions" on decision
  using ((select app.at_desk_as('reviewer')) and exists (select from testimony t where t.id = testimony_id and t.state <> 'withdrawn'));
alter policy "reviewers at the desk read messages" on message
  using ((select app.at_desk_as('reviewer')) and exists (select from testimony t where t.id = testimony_id and t.state <> 'withdrawn'));

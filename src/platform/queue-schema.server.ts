import { PgBoss } from 'pg-boss';
import pg from 'pg';
import { QUEUES } from './queues.ts';

/**
 * What each group may do in the queue's schema. An enqueuer adds jobs and learns their ids; it reads no job. Each
 * process signs in to pgboss.instance. The tables are
 * pg-boss' own and may be more after an update, so this is said again at every start.
 */
const GRANTS = `
  revoke all on schema pgboss from public;
  grant usage on schema pgboss to enqueuer, worker;
  grant select on pgboss.queue, pgboss.version to enqueuer;
  grant select, insert, update, delete on pgboss.instance to enqueuer;
  grant all on all tables in schema pgboss to worker;
  grant all on all sequences in schema pgboss to worker;
  grant execute on all functions in schema pgboss to enqueuer, worker;
  do $$
  declare
    jobs regclass;
  begin
    for jobs in
      select oid from pg_catalog.pg_class
      where relnamespace = 'pgboss'::regnamespace and relname in ('job', 'job_common')
        or oid in (select inhrelid from pg_catalog.pg_inherits where inhparent = 'pgboss.job'::regclass)
    loop
      execute format('grant insert, select (id) on %s to enqueuer', jobs);
    end loop;
  end $$;
`;

/** Makes or updates pg-boss' schema as its owner, the queues in it, and who may use it. */
export async function createQueues(ownerUrl: string): Promise<void> {
  const boss = new PgBoss({ connectionString: ownerUrl, schedule: false, supervise: false, max: 2 });
  const failures: unknown[] = [];
  boss.on('error', (error) => failures.push(error));
  await boss.start();
  try {
    for (const [name, retries] of Object.entries(QUEUES)) {
      await boss.createQueue(name, retries);
      await boss.updateQueue(name, retries);
    }
  } finally {
    await boss.stop({ graceful: false });
  }
  if (failures.length) throw failures[0];

  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query(GRANTS);
  } finally {
    await client.end();
  }
}

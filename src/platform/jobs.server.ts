import { sql } from 'kysely';
import { fromKysely, PgBoss } from 'pg-boss';
import type { Db, Tx } from './db.server.ts';
import { describeError, log } from './log.ts';
import type { JobName, Jobs } from './queues.ts';

/** The queue of this process. One for the process, as the pool of connections is: it holds no state of a person. */
let queue: PgBoss | undefined;

/**
 * Opens the queue for adding jobs; every process that runs use cases does so once, before the first.
 * It only ever adds: it migrates, supervises and works nothing.
 */
export async function openQueue(db: Db): Promise<void> {
  if (queue) return;
  const boss = new PgBoss({
    db: { executeSql: (text, values) => db.transaction().execute((tx) => asEnqueuer(tx, (as) => as.executeSql(text, values))) },
    migrate: false,
    supervise: false,
    schedule: false
  });
  boss.on('error', (error) => log('error', 'queue_failed', describeError(error)));
  await boss.start();
  queue = boss;
}

export async function closeQueue(): Promise<void> {
  await queue?.stop({ graceful: false });
  queue = undefined;
}

/**
 * Adds a job in the transaction of the change that asks for it: both happen or neither.
 * @param startAfter when it may begin at the earliest; at once by default
 */
export async function enqueue<Name extends JobName>(
  tx: Tx,
  name: Name,
  data: Jobs[Name],
  { startAfter }: { startAfter?: Date } = {}
): Promise<void> {
  const boss = queue;
  if (!boss) throw new Error('openQueue() was not called in this process');
  await asEnqueuer(tx, (db) => boss.send(name, data, { db, ...(startAfter && { startAfter }) }));
}

/** The caller's role may not touch the queue: the transaction becomes the enqueuer for this one statement, then itself again. */
async function asEnqueuer<T>(tx: Tx, work: (db: ReturnType<typeof fromKysely>) => Promise<T>): Promise<T> {
  const { rows } = await sql<{ role: string }>`select current_setting('role') as role`.execute(tx);
  await sql`set local role enqueuer`.execute(tx);
  const done = await work(fromKysely(tx));
  await sql`select set_config('role', ${rows[0]!.role}, true)`.execute(tx);
  return done;
}

import { availableParallelism } from 'node:os';
import { PgBoss, type JobWithMetadata } from 'pg-boss';
import { asSystem } from '#platform/db.server.ts';
import { enqueue } from '#platform/jobs.server.ts';
import { describeError, log } from '#platform/log.ts';
import { QUEUES, type JobName, type Jobs } from '#platform/queues.ts';
import { JobFailed } from './failure.ts';
import type { WorkerDeps } from './handler.ts';
import { keepSearch } from './keep-search.server.ts';
import { HANDLERS } from './registry.ts';
import { clearWorkFolders } from '#platform/work-folder.server.ts';

export type Worker = {
  /** Takes no more jobs, breaks off those under way and puts them back; resolves when all is put away. */
  stop: () => Promise<void>;
};

/** Media tools use two threads each; the transcriber reads one recording at a time whoever asks. */
function atOnce(name: JobName): number {
  const cores = availableParallelism();
  switch (name) {
    case 'make-renditions':
    case 'render-public':
      return Math.max(1, Math.floor(cores / 2));
    case 'verify-recording':
    case 'inspect-recording':
    case 'find-speech':
      return Math.max(1, Math.floor(cores / 2));
    case 'transcribe-piece':
    case 'translate-testimony':
      return Math.max(1, Math.floor(cores / 4));
    default:
      return 2;
  }
}

const POLL_SECONDS = 0.5;
/** How soon a job whose worker was killed is given to another, after its heartbeat stopped. */
const SUPERVISE_SECONDS = 15;
/** What is done now and then, by whichever worker thinks of it first. */
const TIDYING = ['expire-uploads', 'forget-abandoned-drafts'] as const;
const TIDY_EVERY_MS = 6 * 3_600_000;
const GRACE_MS = 3_000;

/**
 * Works every queue until it is stopped. Any number of workers may run at once, on any machines that reach the database and the media.
 * @param databaseUrl a login that may become `worker`
 */
export async function startWorker(deps: WorkerDeps, databaseUrl: string): Promise<Worker> {
  await clearWorkFolders(deps.env);
  const boss = new PgBoss({
    connectionString: databaseUrl,
    options: '-c role=worker',
    max: 4,
    migrate: false,
    createSchema: false,
    schedule: false,
    reindex: false,
    monitorVacuum: false,
    superviseIntervalSeconds: SUPERVISE_SECONDS,
    monitorIntervalSeconds: SUPERVISE_SECONDS
  });
  boss.on('error', (error) => log('error', 'queue_failed', describeError(error)));
  await boss.start();

  const stopping = new AbortController();
  const underWay = new Set<Promise<void>>();
  for (const name of Object.keys(QUEUES) as JobName[]) {
    const options = { localConcurrency: atOnce(name), pollingIntervalSeconds: POLL_SECONDS, includeMetadata: true } as const;
    await boss.work(name, options, async ([job]: JobWithMetadata<object>[]) => {
      const done = work(deps, name, job!, stopping.signal);
      underWay.add(done);
      await done.finally(() => underWay.delete(done));
    });
  }
  const tidy = () => {
    for (const name of TIDYING) void boss.send(name, {}, { singletonSeconds: TIDY_EVERY_MS / 1_000 });
  };
  tidy();
  const keeping = keepSearch(deps, stopping.signal);
  const timer = setInterval(tidy, TIDY_EVERY_MS);
  log('info', 'worker_started');

  return {
    async stop() {
      clearInterval(timer);
      const stopped = boss.stop({ graceful: true, timeout: GRACE_MS * 2 });
      const patience = setTimeout(() => stopping.abort(new Error('the worker stops')), GRACE_MS);
      while (underWay.size) await Promise.allSettled(underWay);
      clearTimeout(patience);
      stopping.abort(new Error('the worker stops'));
      await Promise.all([stopped, keeping]);
      log('info', 'worker_stopped');
    }
  };
}

async function work<Name extends JobName>(
  deps: WorkerDeps,
  name: Name,
  job: JobWithMetadata<object>,
  stopping: AbortSignal
): Promise<void> {
  const signal = AbortSignal.any([job.signal, stopping]);
  const data = job.data as Jobs[Name];
  const began = performance.now();
  try {
    await HANDLERS[name](deps, data, { signal, isLastTry: job.retryCount >= job.retryLimit });
    log('info', 'job_done', { job: name, id: job.id, ms: Math.round(performance.now() - began) });
  } catch (error) {
    if (stopping.aborted) {
      // Broken off by us: that is no failed try. The next worker finds it as new.
      await asSystem(deps.db, (tx) => enqueue(tx, name, data));
      return;
    }
    log('warn', 'job_failed', { job: name, id: job.id, tries: job.retryCount + 1, ...describeError(error) });
    throw new JobFailed(error);
  }
}

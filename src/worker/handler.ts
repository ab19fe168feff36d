import type { Transcriber } from '#engines/transcriber/port.ts';
import type { Translator } from '#engines/translator/port.ts';
import type { Deps } from '#platform/deps.server.ts';
import type { Mailer } from '#platform/mail.server.ts';
import type { JobName, Jobs } from '#platform/queues.ts';

/** What jobs are given: an engine that the archive has not is null, which is a normal state. */
export type WorkerDeps = Deps & { transcriber: Transcriber | null; translator: Translator | null; mailer: Mailer };

export type Run = {
  /** Aborts when the worker stops or the job is no longer ours. */
  signal: AbortSignal;
  /** After this try the job is given up, and what stands in `processing_step` stays. */
  isLastTry: boolean;
};

/** Does one job. It may be run again after any failure or kill, and then does only what is not done. Throws to be retried. */
export type Handler<Name extends JobName> = (deps: WorkerDeps, data: Jobs[Name], run: Run) => Promise<void>;

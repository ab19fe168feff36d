import { sql } from 'kysely';
import { recordEvent } from '#modules/custody/record-event.server.ts';
import type { RefusedFor } from '#modules/media/refusals.ts';
import { asSystem, type Db, type Tx } from '#platform/db.server.ts';
import type { RecordingId, TestimonyId } from '#platform/ids.ts';
import type { ProcessingStepName, ProcessingStepState } from '#platform/schema.ts';
import { reasonOf } from './failure.ts';
import type { Run, WorkerDeps } from './handler.ts';

export type StepName = ProcessingStepName;
export const EVERY_STEP: readonly StepName[] = ['verify', 'inspect', 'renditions', 'find_speech', 'transcribe', 'translate'];

/** A recording as jobs need it; only of testimonies that were not withdrawn. */
export type RecordingAtWork = {
  id: RecordingId;
  testimonyId: TestimonyId;
  state: 'expected' | 'received' | 'verified';
  kind: 'video' | 'audio';
  sha256: string;
  bytes: number;
  storeKey: string | null;
  durationMs: number | null;
  language: string;
};

/** What a person has to do, and why no machine will. */
export type HumanReason = 'no_engine' | 'machine_refused' | 'engine_down' | 'engine_refused' | 'no_speech';

/**
 * How a step ends: what is written in the transaction that closes it; why the recording goes no further, or why a machine cannot go
 * on and a human is needed. Without a reason it is done. `undo` takes back what lies in the store when nobody wants it any more.
 */
export type StepEnd = {
  refused?: RefusedFor;
  needsHuman?: HumanReason;
  write?: (tx: Tx) => Promise<void>;
  undo?: () => Promise<void>;
};

type Begun = { recording: RecordingAtWork; progress: (share: number) => void };

/**
 * Runs one step of a recording's way: nothing when it is done already, when the recording is refused or gone, or the testimony was
 * withdrawn. The step's end, its results and the next job are one transaction, so that a kill at any moment leaves it either to
 * be done again or done once. On the way the row tells the desk the truth.
 * @throws what `work` throws, to be retried
 */
export async function inStep(
  deps: WorkerDeps,
  { recordingId, step, run }: { recordingId: RecordingId; step: StepName; run: Run },
  work: (begun: Begun) => Promise<StepEnd>
): Promise<void> {
  const recording = await asSystem(deps.db, async (tx) => {
    const found = await recordingAtWork(tx, recordingId);
    return found && (await begin(tx, found, step)) ? found : null;
  });
  if (!recording) return discardLeftovers(deps, recordingId);

  const telling = progressTeller(deps.db, recordingId, step);
  try {
    const end = await work({ recording, progress: telling.tell });
    await telling.settled();
    if (!(await asSystem(deps.db, (tx) => finish(tx, recording, step, end)))) await end.undo?.();
  } catch (error) {
    await telling.settled();
    const state = run.isLastTry && !run.signal.aborted ? 'failed' : 'waiting';
    await asSystem(deps.db, (tx) => setStep(tx, recording, step, { state, reason: run.signal.aborted ? null : reasonOf(error) }));
    throw error;
  }
}

/** A recording that its teller deleted while a worker stored copies of it, and was killed. */
async function discardLeftovers({ db, store }: WorkerDeps, recordingId: RecordingId): Promise<void> {
  const kept = await asSystem(db, (tx) => tx.selectFrom('recording').select('id').where('id', '=', recordingId).executeTakeFirst());
  if (kept) return;
  for await (const key of store.list(`renditions/${recordingId}`)) await store.remove(key);
}

/** The recording, if there is still work to be done on it. */
export async function recordingAtWork(tx: Tx, recordingId: RecordingId): Promise<RecordingAtWork | null> {
  const row = await tx
    .selectFrom('recording as r')
    .innerJoin('testimony as t', 't.id', 'r.testimony_id')
    .select(['r.id', 'r.testimony_id', 'r.state', 'r.kind', 'r.sha256', 'r.bytes', 'r.store_key', 'r.duration_ms', 't.language'])
    .where('r.id', '=', recordingId)
    .where('r.state', 'not in', ['refused', 'destroyed'])
    .where('t.state', '!=', 'withdrawn')
    .executeTakeFirst();
  if (!row) return null;
  return {
    id: row.id as RecordingId,
    testimonyId: row.testimony_id as TestimonyId,
    state: row.state as RecordingAtWork['state'],
    kind: row.kind,
    sha256: row.sha256,
    bytes: row.bytes,
    storeKey: row.store_key,
    durationMs: row.duration_ms,
    language: row.language
  };
}

/** @returns false when the step is done */
async function begin(tx: Tx, recording: RecordingAtWork, step: StepName): Promise<boolean> {
  const begun = await tx
    .insertInto('processing_step')
    .values({ recording_id: recording.id, testimony_id: recording.testimonyId, step, state: 'running', attempts: 1 })
    .onConflict((conflict) =>
      conflict
        .columns(['recording_id', 'step'])
        .doUpdateSet({ state: 'running', progress: 0, reason: null, changed_at: sql`now()`, attempts: sql`processing_step.attempts + 1` })
        .where('processing_step.state', '!=', 'done')
    )
    .returning('step')
    .executeTakeFirst();
  return begun !== undefined;
}

/**
 * The step's row is locked: of two workers that both believed the job was theirs, one writes.
 * @returns false when the recording was taken away meanwhile
 */
async function finish(tx: Tx, recording: RecordingAtWork, step: StepName, end: StepEnd): Promise<boolean> {
  // A withdrawal waits for this to be written, so that its own job finds and destroys it.
  await tx.selectFrom('testimony').select('id').where('id', '=', recording.testimonyId).forShare().executeTakeFirst();
  if (!(await recordingAtWork(tx, recording.id))) return false;
  const row = await tx
    .selectFrom('processing_step')
    .select('state')
    .where('recording_id', '=', recording.id)
    .where('step', '=', step)
    .forUpdate()
    .executeTakeFirst();
  if (row?.state === 'done') return true;
  await end.write?.(tx);
  if (end.refused) await refuse(tx, recording, end.refused);
  await setStep(tx, recording, step, stateAfter(end));
  return true;
}

function stateAfter({ refused, needsHuman }: StepEnd): StepChange {
  if (refused) return { state: 'failed', reason: refused };
  return needsHuman ? { state: 'needs_human', reason: needsHuman } : { state: 'done', progress: 1 };
}

/** The recording is kept as it came, goes no further, and the person is told why. What lay ahead of it falls away. */
async function refuse(tx: Tx, { id, testimonyId }: RecordingAtWork, reason: RefusedFor): Promise<void> {
  await tx.updateTable('recording').set({ state: 'refused', refused_for: reason }).where('id', '=', id).execute();
  await tx.deleteFrom('processing_step').where('recording_id', '=', id).where('state', '=', 'waiting').execute();
  await recordEvent(tx, testimonyId, 'recording_refused', { recording: id, reason });
}

export type StepChange = { state: ProcessingStepState; progress?: number; reason?: string | null };

/** Says how far a step is; `attempts` stays. */
export async function setStep(
  tx: Tx,
  { id, testimonyId }: Pick<RecordingAtWork, 'id' | 'testimonyId'>,
  step: StepName,
  { state, progress = 0, reason = null }: StepChange
): Promise<void> {
  await tx
    .insertInto('processing_step')
    .values({ recording_id: id, testimony_id: testimonyId, step, state, progress, reason })
    .onConflict((conflict) => conflict.columns(['recording_id', 'step']).doUpdateSet({ state, progress, reason, changed_at: sql`now()` }))
    .execute();
}

/** What lies ahead of a recording, so that the desk sees the whole way from the first moment. */
export async function announceSteps(tx: Tx, { id, testimonyId }: Pick<RecordingAtWork, 'id' | 'testimonyId'>): Promise<void> {
  await tx
    .insertInto('processing_step')
    .values(EVERY_STEP.map((step) => ({ recording_id: id, testimony_id: testimonyId, step })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

const TELL_EVERY_MS = 1_000;

/** Writes progress down at most once a second, never two at a time; what could not be told is told by the next. */
function progressTeller(db: Db, recordingId: RecordingId, step: StepName): { tell: (share: number) => void; settled: () => Promise<void> } {
  let telling: Promise<void> = Promise.resolve();
  let last = 0;
  const write = (share: number) =>
    asSystem(db, async (tx) => {
      await tx
        .updateTable('processing_step')
        .set({ progress: share, changed_at: sql`now()` })
        .where('recording_id', '=', recordingId)
        .where('step', '=', step)
        .where('state', '=', 'running')
        .execute();
    });
  return {
    tell(share) {
      if (Date.now() - last < TELL_EVERY_MS) return;
      last = Date.now();
      // Progress is for the eye: that the database is away shows when the step's end is written.
      telling = telling.then(() => write(Math.min(Math.max(share, 0), 1))).catch(() => undefined);
    },
    settled: () => telling
  };
}

/** Whether a machine may listen to or read this testimony now (live consent, asked before each machine step). */
export async function machineMay(tx: Tx, testimonyId: TestimonyId): Promise<boolean> {
  const consent = await tx.selectFrom('live_consent').select('machine').where('testimony_id', '=', testimonyId).executeTakeFirst();
  return consent?.machine === true;
}

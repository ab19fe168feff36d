import { sql } from 'kysely';
import { baseLanguage } from '#engines/transcriber/languages.ts';
import type { Direction } from '#engines/translator/port.ts';
import { WORKING_LANGUAGES } from '#i18n/locale.ts';
import { recordEvent } from '#modules/custody/record-event.server.ts';
import { alignByTime } from '#modules/translation/align.ts';
import { assemble } from '#modules/transcript/assemble.ts';
import {
  untranslated,
  writeMachineTranslations,
  type MachineTranslation,
  type Untranslated
} from '#modules/translation/write-machine-translation.server.ts';
import { asSystem, type Tx } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import type { RecordingId, TestimonyId } from '#platform/ids.ts';
import { askPatiently } from '../ask-patiently.server.ts';
import type { Handler, Run, WorkerDeps } from '../handler.ts';
import { machineMay, recordingAtWork, setStep, type HumanReason, type RecordingAtWork, type StepChange } from '../steps.server.ts';
import { directionInto } from '../translation-direction.server.ts';
import { heardPieces } from './assemble-transcript.server.ts';
import { afterFailure, isFinal } from './transcribe-piece.server.ts';

/** Texts in one request: little is lost when it fails, and progress shows. */
const AT_ONCE = 20;

/**
 * Every segment into each working language: by the translator where it has the pair, else in English as the
 * transcriber heard it. What has no engine is left to people and said so; what people wrote stays.
 */
export const translateTestimony: Handler<'translate-testimony'> = async (deps, { testimonyId }, run) => {
  const begun = await asSystem(deps.db, (tx) => beginTranslation(tx, testimonyId));
  if (!begun) return;
  const { recordings, language } = begun;
  try {
    let lacking = false;
    let away: unknown;
    for (const target of WORKING_LANGUAGES.filter((into) => baseLanguage(language) !== into)) {
      const done = await translateInto(deps, { testimonyId, source: language, target, recordings }, run);
      lacking ||= !done.complete;
      away ??= done.away;
    }
    // What could be had without the translator is written; that it did not answer is told.
    if (lacking && away !== undefined) throw away;
    await tell(
      deps,
      recordings,
      lacking ? { state: 'needs_human', reason: await whyLacking(deps, testimonyId) } : { state: 'done', progress: 1 }
    );
    await asSystem(deps.db, (tx) => emptyPieces(tx, testimonyId));
  } catch (error) {
    const change = afterFailure(error, run);
    await tell(deps, recordings, change);
    if (!isFinal(change)) throw error;
  }
};

/** The person may have taken their consent back on the way. */
async function whyLacking({ db }: WorkerDeps, testimonyId: TestimonyId): Promise<HumanReason> {
  return (await asSystem(db, (tx) => machineMay(tx, testimonyId))) ? 'no_engine' : 'machine_refused';
}

/** @returns null when nobody may or need translate it now: withdrawn, approved as it is, no text yet, or a machine is not wanted */
async function beginTranslation(tx: Tx, testimonyId: TestimonyId): Promise<{ recordings: RecordingAtWork[]; language: string } | null> {
  const testimony = await tx
    .selectFrom('testimony')
    .select(['state', 'language'])
    .select(sql<boolean>`app.is_approved_by_one(id)`.as('approved'))
    .where('id', '=', testimonyId)
    .executeTakeFirst();
  if (!testimony || testimony.state === 'withdrawn' || testimony.approved) return null;
  const transcripts = await tx.selectFrom('transcript').select('recording_id').where('testimony_id', '=', testimonyId).execute();
  const found = await Promise.all(transcripts.map(({ recording_id }) => recording_id && recordingAtWork(tx, recording_id as RecordingId)));
  const recordings = found.filter((recording): recording is RecordingAtWork => !!recording);
  const refused = !(await machineMay(tx, testimonyId));
  const change: StepChange = refused ? { state: 'needs_human', reason: 'machine_refused' satisfies HumanReason } : { state: 'running' };
  for (const recording of recordings) await setStep(tx, recording, 'translate', change);
  return refused || !transcripts.length ? null : { recordings, language: testimony.language };
}

type Task = { testimonyId: TestimonyId; source: string; target: string; recordings: readonly RecordingAtWork[] };

/** @returns whether every segment has a translation now, and why the translator did not say what it can do */
async function translateInto(deps: WorkerDeps, task: Task, run: Run): Promise<{ complete: boolean; away?: unknown }> {
  const { testimonyId, target } = task;
  const waiting = await asSystem(deps.db, (tx) => untranslated(tx, testimonyId, target));
  if (!waiting.length) return { complete: true };
  const { direction, away } = await directionOrWhy(deps, task, run);
  if (direction) await byTranslator(deps, task, direction, waiting, run);
  else if (target === 'en') await asSystem(deps.db, (tx) => byEar(tx, task, waiting));
  const left = await asSystem(deps.db, (tx) => untranslated(tx, testimonyId, target));
  return { complete: left.length === 0, away };
}

/** A translator that is away is waited for, but for the last try, which goes on without. */
async function directionOrWhy(deps: WorkerDeps, { source, target }: Task, { signal, isLastTry }: Run) {
  try {
    return { direction: await directionInto(deps, source, target, signal) };
  } catch (error) {
    if (!isLastTry || !(error instanceof DomainError)) throw error;
    return { direction: null, away: error };
  }
}

async function byTranslator(
  deps: WorkerDeps,
  { testimonyId, target, recordings }: Task,
  direction: Direction,
  waiting: readonly Untranslated[],
  { signal }: Run
): Promise<void> {
  for (let done = 0; done < waiting.length; done += AT_ONCE) {
    const batch = waiting.slice(done, done + AT_ONCE);
    // The person may have taken their consent back while the last ones were translated.
    if (!(await asSystem(deps.db, (tx) => machineMay(tx, testimonyId)))) return;
    const texts = batch.map(({ text }) => text);
    const translated = await askPatiently(() => deps.translator!.translate({ texts, direction, signal }), signal);
    const made = batch.map((segment, place) => ({ segment, text: translated[place]! }));
    await asSystem(deps.db, (tx) => keep(tx, { testimonyId, language: target, engine: 'translator' }, made));
    await tell(deps, recordings, { state: 'running', progress: (done + batch.length) / waiting.length });
  }
}

/** The English that the transcriber heard, brought to the segments by time; a segment over which it said nothing stays without. */
async function byEar(tx: Tx, { testimonyId, target, recordings }: Task, waiting: readonly Untranslated[]): Promise<void> {
  for (const { id } of recordings) {
    const pieces = await heardPieces(tx, id, 'in_english');
    const spoken = waiting.flatMap((segment) => {
      const { recordingId, startMs, endMs } = segment;
      return recordingId === id && startMs !== null && endMs !== null ? [{ segment, startMs, endMs }] : [];
    });
    if (!pieces.length || !spoken.length) continue;
    const english = alignByTime(spoken, assemble(pieces));
    const made = spoken.map(({ segment }, place) => ({ segment, text: english[place]! }));
    await keep(tx, { testimonyId, language: target, engine: 'transcriber' }, made);
  }
}

async function keep(
  tx: Tx,
  into: { testimonyId: TestimonyId; language: string; engine: string },
  made: readonly MachineTranslation[]
): Promise<void> {
  if (!(await machineMay(tx, into.testimonyId))) return;
  await writeMachineTranslations(tx, into, made);
  await recordEvent(tx, into.testimonyId, 'translation_made', { language: into.language, engine: into.engine, segments: made.length });
}

async function tell({ db }: WorkerDeps, recordings: readonly RecordingAtWork[], change: StepChange): Promise<void> {
  await asSystem(db, async (tx) => {
    for (const recording of recordings) await setStep(tx, recording, 'translate', change);
  });
}

/** What was heard is in the texts now; a piece is kept only while its transcript is still to come. */
async function emptyPieces(tx: Tx, testimonyId: TestimonyId): Promise<void> {
  await tx
    .deleteFrom('speech_piece')
    .where('recording_id', 'in', (eb) =>
      eb
        .selectFrom('transcript')
        .select('recording_id')
        .where('testimony_id', '=', testimonyId)
        .where('recording_id', 'is not', null)
        .$castTo<{ recording_id: string }>()
    )
    .execute();
}

import type { Contributor } from '#platform/actor.ts';
import { asActor, type Db, type Tx } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import { enqueue } from '#platform/jobs.server.ts';
import { recordEvent } from '#modules/custody/record-event.server.ts';
import { consentInForce } from './consent-in-force.server.ts';
import { QUESTIONS, type Answers } from './rules.ts';
import type { OneAnswer } from './schema.ts';
import { TEXT_VERSION } from './texts.server.ts';

const NOTHING_ANSWERED = Object.fromEntries(QUESTIONS.map((question) => [question, null])) as Answers;

/**
 * One answer, kept as a new version beside the others; it changes none of them (R3) and is as easy later as now (R9). The policies
 * follow it in the same transaction, and the index is told.
 *
 * @throws DomainError `consent_outdated` when the question was read in an older wording, `wrong_state` after a withdrawal
 */
export async function answerConsent({ db }: { db: Db }, actor: Contributor, given: OneAnswer): Promise<void> {
  if (given.textVersion !== TEXT_VERSION) throw new DomainError('consent_outdated');
  const { testimonyId } = actor;
  await asActor(db, actor, async (tx) => {
    // Locked, so that two tabs do not each copy the other's older answers.
    const { state } = await tx.selectFrom('testimony').select('state').where('id', '=', testimonyId).forUpdate().executeTakeFirstOrThrow();
    if (state === 'withdrawn') throw new DomainError('wrong_state');
    const before = await consentInForce(tx, testimonyId);
    if (before?.answers[given.question] === given.answer && before.evidence.textVersion === given.textVersion) return;

    await tx
      .insertInto('consent')
      .values({
        testimony_id: testimonyId,
        text_version: given.textVersion,
        text_language: given.textLanguage,
        ...(before?.answers ?? NOTHING_ANSWERED),
        [given.question]: given.answer
      } as never)
      .execute();
    // While still telling nothing is in anyone's hands; what was handed over binds each later change.
    if (state === 'draft') return;
    const { evidence } = (await consentInForce(tx, testimonyId))!;
    await recordEvent(tx, testimonyId, 'consent_changed', { ...evidence, recordings: await recordingsOf(tx) });
    await enqueue(tx, 'index-testimony', { testimonyId });
  });
}

/** The recordings an answer is about, by their hashes (R8). */
function recordingsOf(tx: Tx) {
  return tx.selectFrom('recording').select(['id', 'sha256']).where('state', 'in', ['received', 'verified']).orderBy('position').execute();
}

/** Each question's answer so far; null where there is none yet. */
export async function readAnswers({ db }: { db: Db }, actor: Contributor): Promise<Answers> {
  return asActor(db, actor, async (tx) => (await consentInForce(tx, actor.testimonyId))?.answers ?? NOTHING_ANSWERED);
}

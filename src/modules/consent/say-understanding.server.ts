import { recordEvent } from '#modules/custody/record-event.server.ts';
import { writeIn } from '#modules/messages/write-to-contributor.server.ts';
import type { Account, Contributor } from '#platform/actor.ts';
import { asActor, type Db, type Tx } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import type { SpokenWordId, TestimonyId, UnderstandingId } from '#platform/ids.ts';
import type { CallWish, Understanding, UnderstandingRead } from './schema.ts';

const MOST = 20;

/**
 * The person says what they understood of their consent, in their own words (R7). It belongs to the answers in force.
 * @throws DomainError `wrong_state` before the first answer, `not_found` after a withdrawal, `too_many_requests`
 */
export async function sayUnderstanding({ db }: { db: Db }, actor: Contributor, { words }: Understanding): Promise<void> {
  if (!words) return;
  await asActor(db, actor, (tx) => keepUnderstanding(tx, actor, { words, spoken_id: null }));
}

/** The same inside another use case's transaction. */
export async function keepUnderstanding(
  tx: Tx,
  { testimonyId }: Contributor,
  said: { words: string | null; spoken_id: SpokenWordId | null }
): Promise<void> {
  if ((await tx.selectFrom('understanding').select('id').execute()).length >= MOST) throw new DomainError('too_many_requests');
  await tx
    .insertInto('understanding')
    .values({ testimony_id: testimonyId, ...said } as never)
    .execute();
  await recordEvent(tx, testimonyId, 'understanding_said', said.spoken_id ? { spoken: said.spoken_id } : {});
}

/** @throws DomainError `not_found` */
export async function takeBackUnderstanding({ db }: { db: Db }, actor: Contributor, { id }: { id: UnderstandingId }): Promise<void> {
  await asActor(db, actor, async (tx) => {
    const gone = await tx.deleteFrom('understanding').where('id', '=', id).returning('id').executeTakeFirst();
    if (!gone) throw new DomainError('not_found');
  });
}

/**
 * Somebody at the desk read it. Where something was not understood they offer help in a message: nothing else follows from it.
 * @throws DomainError `not_found`, `invalid_input` for an offer without words
 */
export async function readUnderstanding({ db }: { db: Db }, actor: Account, { id, verdict, message }: UnderstandingRead): Promise<void> {
  if (verdict === 'help_offered' && !message) throw new DomainError('invalid_input', { field: 'message' });
  await asActor(db, actor, async (tx) => {
    const read = await tx.updateTable('understanding').set({ verdict }).where('id', '=', id).returning('testimony_id').executeTakeFirst();
    if (!read) throw new DomainError('not_found');
    const testimonyId = read.testimony_id as TestimonyId;
    await recordEvent(tx, testimonyId, 'understanding_read', { verdict });
    if (verdict === 'help_offered') await writeIn(tx, actor, { testimonyId, body: message! });
  });
}

/**
 * The person takes the offer up and asks for a call; how and when it is safe stands in a message of theirs.
 * @param body the message, in their language
 * @throws DomainError `not_found` when no help was offered
 */
export async function askForCall({ db }: { db: Db }, actor: Contributor, { body }: CallWish): Promise<void> {
  await asActor(db, actor, async (tx) => {
    const offered = await newest(tx, actor.testimonyId);
    if (offered?.verdict !== 'help_offered') throw new DomainError('not_found');
    await tx.updateTable('understanding').set({ help_wanted: 'call' }).where('id', '=', offered.id).execute();
    await tx.insertInto('message').values({ testimony_id: actor.testimonyId, sender: 'contributor', body }).execute();
    await recordEvent(tx, actor.testimonyId, 'help_asked', { how: 'call' });
  });
}

function newest(tx: Tx, testimonyId: TestimonyId) {
  return tx
    .selectFrom('understanding')
    .select(['id', 'verdict', 'help_wanted'])
    .where('testimony_id', '=', testimonyId)
    .orderBy('said_at', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** Everything that was said of the consent, newest first: a contributor's own, or for whoever reviews. */
export async function readUnderstandings({ db }: { db: Db }, actor: Contributor | Account, { testimonyId }: { testimonyId: TestimonyId }) {
  return asActor(db, actor, async (tx) => {
    const said = await tx
      .selectFrom('understanding as u')
      .innerJoin('consent as c', 'c.id', 'u.consent_id')
      .select(['u.id', 'u.words', 'u.spoken_id as spokenId', 'u.said_at as saidAt', 'u.verdict', 'u.help_wanted as helpWanted'])
      .select('c.version')
      .where('u.testimony_id', '=', testimonyId)
      .orderBy('u.said_at', 'desc')
      .execute();
    const spoken = await tx
      .selectFrom('spoken_word as s')
      .innerJoin('consent as c', 'c.id', 's.consent_id')
      .select(['s.id', 's.said_at as saidAt', 'c.version', 's.sha256'])
      .where('s.testimony_id', '=', testimonyId)
      .where('s.purpose', '=', 'consent')
      .orderBy('s.said_at', 'desc')
      .execute();
    return {
      said: said.map((one) => ({ ...one, id: one.id as UnderstandingId, spokenId: one.spokenId as SpokenWordId | null })),
      spokenConsents: spoken.map((one) => ({ ...one, id: one.id as SpokenWordId }))
    };
  });
}
export type Understandings = Awaited<ReturnType<typeof readUnderstandings>>;

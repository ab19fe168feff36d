import { sql } from 'kysely';
import type { Contributor } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import type { RecordingId, RenditionId } from '#platform/ids.ts';

/** Everything the person's own pages show of their testimony, in one reading. Sizes in bytes, lengths in ms. */
export async function readMyTestimony({ db }: { db: Db }, actor: Contributor) {
  return asActor(db, actor, async (tx) => {
    const testimony = await tx
      .selectFrom('testimony')
      .select(['number', 'state', 'state_since', 'language', 'publish_after'])
      .where('id', '=', actor.testimonyId)
      .executeTakeFirstOrThrow();
    const recordings = await tx
      .selectFrom('recording')
      .select(['id', 'position', 'kind', 'state', 'bytes', 'duration_ms', 'refused_for'])
      .orderBy('position')
      .execute();
    // What the worker made for reading and hearing: the original stays closed.
    const copies = await tx
      .selectFrom('rendition')
      .select(['id', 'recording_id', 'kind'])
      .where('kind', 'in', ['light_video', 'light_audio'])
      .orderBy('kind', 'desc')
      .execute();
    // What would be public is shown to its person from the moment it is rendered (R24).
    const edition = await tx
      .selectFrom('testimony as t')
      .innerJoin('edit_list as l', 'l.id', 't.edit_list_id')
      .select(['t.left_to_archive', sql<'publish' | 'not_yet' | null>`app.persons_answer(t.id)`.as('answer')])
      .where('l.rendered_at', 'is not', null)
      .where('t.state', 'in', ['in_review', 'approved', 'scheduled'])
      .executeTakeFirst();
    const statement = await tx
      .selectFrom('statement')
      .select([sql<number>`char_length(body)`.as('characters'), 'updated_at'])
      .executeTakeFirst();
    const text = await tx.selectFrom('segment').select('id').limit(1).executeTakeFirst();
    const unread = await tx
      .selectFrom('message')
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .where('sender', '=', 'desk')
      .where('read_at', 'is', null)
      .executeTakeFirstOrThrow();
    const understood = await tx
      .selectFrom('understanding')
      .select(['verdict', 'help_wanted'])
      .orderBy('said_at', 'desc')
      .limit(1)
      .executeTakeFirst();
    const live = await tx
      .selectFrom('live_consent')
      .select(sql<number>`cardinality(audiences)`.as('audiences'))
      .executeTakeFirst();
    const { rows } = await sql<{ receipt: 'made' | 'confirmed' | null }>`select app.has_receipt() as receipt`.execute(tx);
    const copyOf = (recording: string) => {
      const found = copies.find((copy) => copy.recording_id === recording);
      return found ? { id: found.id as RenditionId, hasPicture: found.kind === 'light_video' } : null;
    };
    return {
      number: testimony.number,
      state: testimony.state,
      /** Published, and open to nobody: an answer was taken back, or the edition shows more than the answers now allow. */
      isClosed: testimony.state === 'published' && !live?.audiences,
      stateSince: testimony.state_since,
      language: testimony.language,
      publishAfter: testimony.publish_after,
      recordings: recordings.map((one) => ({
        id: one.id as RecordingId,
        position: one.position,
        kind: one.kind,
        state: one.state,
        bytes: one.bytes,
        durationMs: one.duration_ms,
        refusedFor: one.refused_for,
        /** A light copy to play, where the worker has made one. */
        copy: copyOf(one.id)
      })),
      statement: statement ? { characters: statement.characters, updatedAt: statement.updated_at } : null,
      /** Null while there is no public version on its way. */
      edition: edition ? { answer: edition.answer, leftToArchive: edition.left_to_archive } : null,
      /** Something was written down of it that the person may read, correct and mark; nothing after a withdrawal. */
      hasText: text !== undefined && testimony.state !== 'withdrawn',
      receipt: rows[0]!.receipt,
      /** Somebody at the archive would like to explain something of the consent (R7), and no answer was given yet. */
      isHelpOffered: understood?.verdict === 'help_offered' && !understood.help_wanted,
      unread: Number(unread.n)
    };
  });
}

export type MyTestimony = Awaited<ReturnType<typeof readMyTestimony>>;

/**
 * How far one recording is, for the browser that waits to erase its own copy (R34).
 * @returns null when it is not the person's, or nothing
 */
export async function recordingState({ db }: { db: Db }, actor: Contributor, recordingId: RecordingId) {
  return asActor(db, actor, async (tx) => {
    const row = await tx.selectFrom('recording').select(['state', 'refused_for']).where('id', '=', recordingId).executeTakeFirst();
    return row ? { state: row.state, refusedFor: row.refused_for } : null;
  });
}

import { sql } from 'kysely';
import { playedKey } from '#modules/narration/add-narration.server.ts';
import { recordEvent } from '#modules/custody/record-event.server.ts';
import { VISITOR, type Account, type Actor, type Contributor } from '#platform/actor.ts';
import { asActor, type Db, type Tx } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import type { NarrationId, TestimonyId } from '#platform/ids.ts';
import type { MediaKind } from './media-kind.ts';

/** Whoever a browser may speak for: it can hold a receipt's session and an account's at once. */
export type Readers = { account: Account | null; contributor: Contributor | null };

export type FoundMedia = { key: string; bytes: number; sha256: string; mediaType: string };

/**
 * The file behind an address, if one of the readers may have it now: the database is asked each time.
 * @param played the content is about to be given: hearing an original is an event of its log (R35)
 * @throws DomainError `not_found` for what is not there and what is not theirs alike, `gone` for what was public once
 */
export async function findMedia(
  { db }: { db: Db },
  readers: Readers,
  { kind, id, played }: { kind: MediaKind; id: string; played: boolean }
): Promise<FoundMedia> {
  const found = await FINDERS[kind](db, readers, id, played);
  if (!found) throw new DomainError('not_found');
  return found;
}

const FINDERS: Readonly<Record<MediaKind, (db: Db, readers: Readers, id: string, played: boolean) => Promise<FoundMedia | null>>> = {
  recordings: findOriginal,
  renditions: findRendition,
  publications: findPublic,
  narrations: findNarration,
  spoken: findSpoken
};

/** Reviewers only: for transcribing and translating the light copy is enough. */
async function findOriginal(db: Db, { account }: Readers, id: string, played: boolean): Promise<FoundMedia | null> {
  if (!account?.roles.includes('reviewer')) return null;
  return asActor(db, account, async (tx) => {
    const row = await tx
      .selectFrom('recording')
      .select(['testimony_id', 'store_key', 'bytes', 'sha256', 'media_type'])
      .where('id', '=', id)
      .where('state', '=', 'verified')
      .where('store_key', 'is not', null)
      .executeTakeFirst();
    if (!row) return null;
    if (played) await recordPlaying(tx, account, row.testimony_id as TestimonyId, id);
    return found({ ...row, store_key: row.store_key! });
  });
}

const SAME_SITTING = '10 minutes';

/** A player asks for a file in many parts; one sitting is one event. */
async function recordPlaying(tx: Tx, { userId }: Account, testimonyId: TestimonyId, recordingId: string): Promise<void> {
  const before = await tx
    .selectFrom('custody_event')
    .select('position')
    .where('testimony_id', '=', testimonyId)
    .where('kind', '=', 'original_played')
    .where('actor_id', '=', userId)
    .where(sql<boolean>`detail ->> 'recording' = ${recordingId} and at > now() - ${SAME_SITTING}::interval`)
    .executeTakeFirst();
  if (!before) await recordEvent(tx, testimonyId, 'original_played', { recording: recordingId });
}

async function findRendition(db: Db, { account, contributor }: Readers, id: string): Promise<FoundMedia | null> {
  for (const reader of [contributor, account]) {
    const row = reader && (await renditionFor(db, reader, id));
    if (row) return found(row);
  }
  return null;
}

function renditionFor(db: Db, reader: Actor, id: string) {
  return asActor(db, reader, (tx) =>
    tx.selectFrom('rendition').select(['store_key', 'bytes', 'sha256', 'media_type']).where('id', '=', id).executeTakeFirst()
  );
}

async function findPublic(db: Db, { account }: Readers, id: string): Promise<FoundMedia | null> {
  return asActor(db, account ?? VISITOR, async (tx) => {
    const row = await tx
      .selectFrom('publication_medium')
      .select(['store_key', 'bytes', 'sha256', 'media_type'])
      .where('id', '=', id)
      .executeTakeFirst();
    if (row) return found(row);
    const { rows } = await sql<{ gone: boolean }>`select app.is_medium_gone(${id}) as gone`.execute(tx);
    if (rows[0]!.gone) throw new DomainError('gone');
    return null;
  });
}

/** A consent text read aloud, for everyone who may read it. */
async function findNarration(db: Db, { account }: Readers, id: string): Promise<FoundMedia | null> {
  const row = await asActor(db, account ?? VISITOR, (tx) =>
    tx
      .selectFrom('narration')
      .select(['bytes', 'sha256', 'media_type'])
      .where('id', '=', id)
      .where('state', '=', 'ready')
      .executeTakeFirst()
  );
  return row ? { key: playedKey(id as NarrationId), bytes: row.bytes!, sha256: row.sha256!, mediaType: row.media_type! } : null;
}

/** What somebody said aloud beside their testimony: their own, or for whoever reviews it. */
async function findSpoken(db: Db, { account, contributor }: Readers, id: string): Promise<FoundMedia | null> {
  for (const reader of [contributor, account]) {
    const row =
      reader &&
      (await asActor(db, reader, (tx) =>
        tx.selectFrom('spoken_word').select(['store_key', 'bytes', 'sha256', 'media_type']).where('id', '=', id).executeTakeFirst()
      ));
    if (row) return found(row);
  }
  return null;
}

function found(row: { store_key: string; bytes: number; sha256: string; media_type: string }): FoundMedia {
  return { key: row.store_key, bytes: row.bytes, sha256: row.sha256, mediaType: row.media_type };
}

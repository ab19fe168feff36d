import type { Account, Actor } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import type { NarrationId } from '#platform/ids.ts';
import type { Locale } from '#i18n/locale.ts';
import type { Part } from './schema.ts';

export type Narration = { src: string; mediaType: string };

/** The reading of one part in one language and version, or null where there is none: the newest that is ready. */
export function readNarration(
  { db }: { db: Db },
  actor: Actor,
  { textVersion, language, part }: { textVersion: number; language: Locale; part: Part }
): Promise<Narration | null> {
  return asActor(db, actor, async (tx) => {
    const row = await tx
      .selectFrom('narration')
      .select(['id', 'media_type'])
      .where('text_version', '=', textVersion)
      .where('text_language', '=', language)
      .where('part', '=', part)
      .where('state', '=', 'ready')
      .orderBy('added_at', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row ? { src: `/media/narrations/${row.id}`, mediaType: row.media_type! } : null;
  });
}

/** Every reading of a version, for the admin, newest first. */
export function listNarrations({ db }: { db: Db }, actor: Account, { textVersion }: { textVersion: number }) {
  return asActor(db, actor, async (tx) => {
    const rows = await tx
      .selectFrom('narration')
      .select(['id', 'text_language as language', 'part', 'state', 'refused_for as refusedFor', 'duration_ms as durationMs'])
      .select('added_at as addedAt')
      .where('text_version', '=', textVersion)
      .orderBy('added_at', 'desc')
      .execute();
    return rows.map((row) => ({ ...row, id: row.id as NarrationId, part: row.part as Part, language: row.language as Locale }));
  });
}

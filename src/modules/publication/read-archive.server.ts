import { VISITOR } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import { workingLanguage, type Locale } from '#i18n/locale.ts';

/** What this archive says of itself on every page. */
export interface ArchiveSettings {
  name: string;
  /** Where quick exit leads. */
  quickExit: string;
  isSample: boolean;
}

/**
 * The archive's name and quick exit in the reader's language; null while the database is down, when pages keep the words they are
 * built with: the frame of a page has to stand for the refusal inside it to be read, and its quick exit to work (R22).
 */
export async function readArchive({ db }: { db: Db }, locale: Locale): Promise<ArchiveSettings | null> {
  try {
    return await asActor(db, VISITOR, async (tx) => {
      const row = await tx
        .selectFrom('archive')
        .select([`name_${workingLanguage(locale)} as name`, 'quick_exit_url as quickExit', 'is_sample as isSample'])
        .executeTakeFirstOrThrow();
      return row;
    });
  } catch (error) {
    if (error instanceof DomainError && error.code === 'database_down') return null;
    throw error;
  }
}

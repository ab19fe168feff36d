import { sql } from 'kysely';
import type { Tx } from '#platform/db.server.ts';
import { NO_PLACES, placeNames, type PlaceNames } from './place-names.ts';

/** Of the vocabulary as this process last read it. */
let read: { fingerprint: string | null; names: PlaceNames } = { fingerprint: null, names: NO_PLACES };

/** What places are called, as the vocabulary has it now: read again whenever one of them has changed. */
export async function readPlaceNames(tx: Tx): Promise<PlaceNames> {
  const { rows } = await sql<{ fingerprint: string | null }>`
    select md5(string_agg(concat_ws('|', name_ar, name_en, aliases::text), '|' order by id)) as fingerprint from facility`.execute(tx);
  const { fingerprint } = rows[0]!;
  if (fingerprint !== read.fingerprint) {
    const places = await tx.selectFrom('facility').select(['name_ar', 'name_en', 'aliases']).orderBy('id').execute();
    read = { fingerprint, names: placeNames(places.map(({ name_ar, name_en, aliases }) => [name_ar, name_en, ...aliases])) };
  }
  return read.names;
}

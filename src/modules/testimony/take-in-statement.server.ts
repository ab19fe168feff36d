import { asSystem, type Db, type Tx } from '#platform/db.server.ts';
import type { TestimonyId } from '#platform/ids.ts';
import { enqueue } from '#platform/jobs.server.ts';
import { paragraphs, positionsFor } from './paragraphs.ts';

/**
 * A written testimony becomes passages, one a paragraph, in the person's own words; then it can be translated. After they changed
 * it, paragraphs that stayed keep their passage with all that was done to it; those that are gone, go.
 */
export async function takeInStatement({ db }: { db: Db }, { testimonyId }: { testimonyId: TestimonyId }): Promise<void> {
  await asSystem(db, async (tx) => {
    const told = await tx
      .selectFrom('statement as s')
      .innerJoin('testimony as t', 't.id', 's.testimony_id')
      .select(['s.body', 't.language'])
      .where('t.id', '=', testimonyId)
      .where('t.state', '!=', 'withdrawn')
      .forUpdate('t')
      .executeTakeFirst();
    if (!told) return;
    const transcriptId = await transcriptOf(tx, testimonyId, told.language);
    await writePassages(tx, { testimonyId, transcriptId }, paragraphs(told.body));
    await enqueue(tx, 'translate-testimony', { testimonyId });
  });
}

async function transcriptOf(tx: Tx, testimonyId: TestimonyId, language: string): Promise<string> {
  const kept = await tx
    .selectFrom('transcript')
    .select('id')
    .where('testimony_id', '=', testimonyId)
    .where('recording_id', 'is', null)
    .executeTakeFirst();
  if (kept) return kept.id;
  const made = await tx.insertInto('transcript').values({ testimony_id: testimonyId, language }).returning('id').executeTakeFirstOrThrow();
  return made.id;
}

type Of = { testimonyId: TestimonyId; transcriptId: string };

/** Nothing is written to a passage that stays: its version, and with it its translations, remain what they were. */
async function writePassages(tx: Tx, { testimonyId, transcriptId }: Of, texts: readonly string[]): Promise<void> {
  const before = await passagesAsTold(tx, transcriptId);
  const stay = staying(before, texts);
  const gone = before.filter(({ id }) => !stay.some((passage) => passage?.id === id)).map(({ id }) => id);
  if (gone.length) await tx.deleteFrom('segment').where('id', 'in', gone).execute();

  const positions = positionsFor(stay.map((passage) => passage?.position ?? null));
  const fresh = texts.flatMap((text, place) => (stay[place] ? [] : [{ text, position: positions[place]! }]));
  if (fresh.length)
    await tx
      .insertInto('segment')
      .values(
        fresh.map((passage) => ({ ...passage, transcript_id: transcriptId, testimony_id: testimonyId, provenance: 'human' as const }))
      )
      .execute();
}

type Passage = { id: string; position: number; told: string };

/** Each passage with the paragraph it began as, whatever the desk made of it since. */
async function passagesAsTold(tx: Tx, transcriptId: string): Promise<Passage[]> {
  return tx
    .selectFrom('segment as s')
    .leftJoin('segment_version as f', (join) => join.onRef('f.segment_id', '=', 's.id').on('f.version', '=', 1))
    .select((eb) => ['s.id', 's.position', eb.fn.coalesce('f.text', 's.text').as('told')])
    .where('s.transcript_id', '=', transcriptId)
    .orderBy('s.position')
    .execute();
}

/** For each paragraph the passage that it was before, in the order of both; null where it is new. */
function staying(before: readonly Passage[], texts: readonly string[]): (Passage | null)[] {
  let from = 0;
  return texts.map((text) => {
    const at = before.findIndex(({ told }, place) => place >= from && told === text);
    if (at < 0) return null;
    from = at + 1;
    return before[at]!;
  });
}

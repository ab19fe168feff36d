import type { Account } from '#platform/actor.ts';
import { asActor, type Db, type Tx } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import type { SegmentTarget } from './schema.ts';
import { holdSegment, noteCorrection, segmentNow, type Segment } from './segment.server.ts';

/**
 * Joins a passage to the one before it, translations too. What both say is one human text only if both were.
 * @throws DomainError `not_found`, `changed_meanwhile`, `invalid_input` for the first passage of a recording
 */
export function mergeSegments({ db }: { db: Db }, actor: Account, target: SegmentTarget): Promise<Segment> {
  return asActor(db, actor, async (tx) => {
    const second = await holdSegment(tx, target);
    if (!second.before) throw new DomainError('invalid_input', { field: 'segmentId' });
    const first = await segmentNow(tx, second.before.id);
    const text = `${first.text} ${second.text}`.trim();
    if (text.length > 20_000) throw new DomainError('invalid_input', { field: 'segmentId' });

    await tx
      .updateTable('segment')
      .set({
        text,
        words: JSON.stringify([...first.words, ...second.words]),
        end_ms: second.endMs ?? first.endMs,
        provenance: first.provenance === 'human' && second.provenance === 'human' ? 'human' : 'machine',
        confirmed_by: first.confirmed && second.confirmed ? actor.userId : null,
        version: first.version
      })
      .where('id', '=', first.id)
      .execute();
    await joinTranslations(tx, first, second);
    await tx.deleteFrom('segment').where('id', '=', second.id).execute();
    await noteCorrection(tx, second.testimonyId);
    return segmentNow(tx, first.id);
  });
}

async function joinTranslations(tx: Tx, first: Segment, second: Segment): Promise<void> {
  const translations = await tx
    .selectFrom('translation')
    .select(['segment_id', 'language', 'testimony_id', 'text', 'provenance', 'source_version', 'version'])
    .where('segment_id', 'in', [first.id, second.id])
    .execute();
  for (const said of translations.filter(({ segment_id }) => segment_id === second.id)) {
    const before = translations.find(({ segment_id, language }) => segment_id === first.id && language === said.language);
    if (!before) {
      await tx
        .insertInto('translation')
        .values({
          segment_id: first.id,
          language: said.language,
          testimony_id: said.testimony_id,
          text: said.text,
          provenance: said.provenance,
          source_version: first.version
        })
        .execute();
      continue;
    }
    await tx
      .updateTable('translation')
      .set({
        text: `${before.text} ${said.text}`.trim(),
        provenance: before.provenance === 'human' && said.provenance === 'human' ? 'human' : 'machine',
        version: before.version
      })
      .where('segment_id', '=', first.id)
      .where('language', '=', said.language)
      .execute();
  }
}

import { recordEvent } from '#modules/custody/record-event.server.ts';
import type { Actor } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import type { Risk } from './schema.ts';

/**
 * Writes down what could happen to the person, their family and people still detained (R32). Earlier assessments stay; the newest holds.
 * @throws DomainError `not_found` (also: no longer under review)
 */
export function assessRisk({ db }: { db: Db }, actor: Actor, risk: Risk): Promise<void> {
  return asActor(db, actor, async (tx) => {
    await tx
      .insertInto('risk_assessment')
      .values({
        testimony_id: risk.testimonyId,
        person_level: risk.personLevel,
        person_note: risk.personNote,
        family_level: risk.familyLevel,
        family_note: risk.familyNote,
        detained_level: risk.detainedLevel,
        detained_note: risk.detainedNote
      })
      .execute();
    await recordEvent(tx, risk.testimonyId, 'risk_assessed');
  });
}

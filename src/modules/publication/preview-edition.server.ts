import { sql } from 'kysely';
import type { Contributor } from '#platform/actor.ts';
import { asActor } from '#platform/db.server.ts';
import type { Deps } from '#platform/deps.server.ts';
import type { EditListId, PublicationId, PublicationMediumId } from '#platform/ids.ts';
import { composeEdition, consentBecameNarrower, readEditionInForce, readPeaks } from './compose-edition.server.ts';
import type { Edition } from './edition.ts';
import { gatherMedia } from './gather-edition.server.ts';

/** The public version before it is public, as its person sees it: to the letter what the page would show (R24). */
export type Preview = {
  /** Its media lie under /media/renditions: ids of the very renditions that would be published. */
  edition: Edition;
  editListId: EditListId;
  /** Fingerprint of all that it says; sent back with the answer. */
  shown: string;
  /** What the person said to exactly this; null also when something changed since. */
  answer: 'publish' | 'not_yet' | null;
  leftToArchive: boolean;
  /** Answers became narrower since it was rendered: what is published is made anew, stricter. */
  becomesStricter: boolean;
  publishAfter: Date | null;
};

const SHOWN_IN: readonly string[] = ['in_review', 'approved', 'scheduled'];

/** @returns null while there is nothing to show: no list was sealed, it is not rendered yet, or it is not (or no longer) on its way */
export async function previewEdition({ db, store }: Pick<Deps, 'db' | 'store'>, actor: Contributor): Promise<Preview | null> {
  const read = await asActor(db, actor, async (tx) => {
    const inForce = await readEditionInForce(tx, actor.testimonyId, 'look');
    if (!inForce || !SHOWN_IN.includes(inForce.state)) return null;
    const media = await gatherMedia(tx, inForce.due.editListId);
    const { rows } = await sql<{ shown: string; edition: number }>`
      select app.edition_shown(${actor.testimonyId}) as shown,
        (select coalesce(max(edition), 0) + 1 from publication where testimony_id = ${actor.testimonyId}) as edition`.execute(tx);
    return {
      ...{ inForce, media, ...rows[0]! },
      composed: await composeEdition(tx, inForce.due, media),
      becomesStricter: await consentBecameNarrower(tx, inForce.due, media)
    };
  });
  if (!read) return null;
  const { inForce, media, composed } = read;
  return {
    edition: {
      ...composed,
      id: inForce.due.editListId as string as PublicationId,
      testimonyId: actor.testimonyId,
      edition: read.edition,
      publishedAt: inForce.publish_after ?? new Date(),
      media: await Promise.all(
        media.map(async (medium) => ({
          id: medium.renditionId as string as PublicationMediumId,
          number: medium.number,
          kind: medium.kind,
          mediaType: medium.mediaType,
          durationMs: medium.durationMs,
          peaks: await readPeaks({ store }, medium)
        }))
      )
    },
    editListId: inForce.due.editListId,
    shown: read.shown,
    answer: inForce.answer,
    leftToArchive: inForce.left_to_archive,
    becomesStricter: read.becomesStricter,
    publishAfter: inForce.publish_after
  };
}

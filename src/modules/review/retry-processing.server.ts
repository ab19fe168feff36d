import * as v from 'valibot';
import type { Actor } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import { idOf, type EditListId, type RecordingId, type TestimonyId } from '#platform/ids.ts';
import { enqueue } from '#platform/jobs.server.ts';

export const Retry = v.object({
  recordingId: idOf<RecordingId>(),
  step: v.picklist(['verify', 'inspect', 'renditions', 'find_speech', 'transcribe', 'translate', 'render_public'])
});
export type Retry = v.InferOutput<typeof Retry>;

/**
 * Asks again for a step that failed, or that needs a human because an engine was missing. Every job may run twice.
 * @throws DomainError `not_found`, `wrong_state` when the step is neither failed nor waiting for a human
 */
export function retryProcessing({ db }: { db: Db }, actor: Actor, { recordingId, step }: Retry): Promise<void> {
  return asActor(db, actor, async (tx) => {
    const found = await tx
      .selectFrom('processing_step as p')
      .innerJoin('testimony as t', 't.id', 'p.testimony_id')
      .select(['p.state', 'p.testimony_id as testimonyId', 't.edit_list_id as editListId'])
      .where('p.recording_id', '=', recordingId)
      .where('p.step', '=', step)
      .executeTakeFirst();
    if (!found) throw new DomainError('not_found');
    if (found.state !== 'failed' && found.state !== 'needs_human') throw new DomainError('wrong_state');

    switch (step) {
      case 'verify':
        return enqueue(tx, 'verify-recording', { recordingId });
      case 'inspect':
        return enqueue(tx, 'inspect-recording', { recordingId });
      case 'renditions':
        return enqueue(tx, 'make-renditions', { recordingId });
      // The pieces are planned by where speech was found: transcribing begins there.
      case 'find_speech':
      case 'transcribe':
        return enqueue(tx, 'find-speech', { recordingId });
      case 'translate':
        return enqueue(tx, 'translate-testimony', { testimonyId: found.testimonyId as TestimonyId });
      case 'render_public':
        if (!found.editListId) throw new DomainError('wrong_state');
        return enqueue(tx, 'render-public', { editListId: found.editListId as EditListId });
    }
  });
}

import type { Actor } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import type { EditListId } from '#platform/ids.ts';
import { editListToChange } from './open-edit-list.server.ts';
import type { NewDisguise } from './schema.ts';

/**
 * Says what is done to the whole of a testimony: no picture, a blurred one, another voice.
 * @throws DomainError `not_found`, `wrong_state`
 */
export function setDisguise({ db }: { db: Db }, actor: Actor, disguise: NewDisguise): Promise<EditListId> {
  return asActor(db, actor, async (tx) => {
    const editListId = await editListToChange(tx, disguise.testimonyId);
    await tx
      .updateTable('edit_list')
      .set({ audio_only: disguise.audioOnly, disguise_voice: disguise.disguiseVoice, blur_picture: disguise.blurPicture })
      .where('id', '=', editListId)
      .execute();
    return editListId;
  });
}

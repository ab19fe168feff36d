/** What holds for a whole public rendition. */
export type Disguise = { audioOnly: boolean; disguiseVoice: boolean; blurPicture: boolean };

/** What a person lets be seen and heard of them, by the consent in force. */
export type Traits = { face: boolean; voice: boolean };

/** What the custody log keeps of a public rendition (`public_rendition_made`). */
export type Rendered = Disguise & { edit_list: string; recording: string; sha256: string };

/** What the reviewer asked for, and whatever else consent asks for on the day it is rendered (R4). */
export function strictest(asked: Disguise, { face, voice }: Traits): Disguise {
  return { ...asked, disguiseVoice: asked.disguiseVoice || !voice, blurPicture: asked.blurPicture || !face };
}

/** Whether what was rendered still keeps to a consent that may have become narrower since. */
export function keepsTo({ audioOnly, disguiseVoice, blurPicture }: Disguise, { face, voice }: Traits): boolean {
  return (face || audioOnly || blurPicture) && (voice || disguiseVoice);
}

import * as v from 'valibot';

/** How somebody can be reached. `safe`: they marked it so; every other way is not to be used (R13). */
export const CHANNEL_KINDS = ['phone', 'email', 'app', 'person', 'other'] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

const text = (most: number) => v.pipe(v.string(), v.trim(), v.maxLength(most));

/** What is sealed: everything in it is optional, and empty where nothing was said. The archive's server never sees it. */
export const Identity = v.object({
  name: text(200),
  channels: v.pipe(v.array(v.object({ kind: v.picklist(CHANNEL_KINDS), value: text(300), safe: v.boolean() })), v.maxLength(8)),
  /** When, and how to begin: "evenings; say that you are from the library". */
  when: text(1_000),
  /** Whom to protect, and from whom. */
  protect: text(2_000),
  note: text(2_000)
});
export type Identity = v.InferOutput<typeof Identity>;

export const NOTHING_SAID: Identity = { name: '', channels: [], when: '', protect: '', note: '' };

export function isEmpty({ name, channels, when, protect, note }: Identity): boolean {
  return !name && !when && !protect && !note && channels.every(({ value }) => !value);
}

/** The ways that may be used, and those that may not: only what the person marked as safe is ever used to reach them (R13). */
export function waysToReach({ channels }: Identity): { safe: Identity['channels']; unsafe: Identity['channels'] } {
  const said = channels.filter(({ value }) => value);
  return { safe: said.filter(({ safe }) => safe), unsafe: said.filter(({ safe }) => !safe) };
}

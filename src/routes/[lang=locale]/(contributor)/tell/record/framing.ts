/** Ways to be filmed without a face; `wall` films none of the person at all. */
export const FRAMINGS = ['open', 'shoulders', 'hands', 'behind', 'wall'] as const;
export type Framing = (typeof FRAMINGS)[number];

/** What was chosen before in this telling; without a choice nothing is drawn over the picture. */
export function framingOf(kept: string | null): Framing {
  return FRAMINGS.find((framing) => framing === kept) ?? 'open';
}

/** The states of a testimony's life as the pages show them; the union is that of modules/testimony/rules.ts. */
export type LifeState =
  'draft' | 'submitted' | 'in_review' | 'changes_requested' | 'approved' | 'scheduled' | 'published' | 'declined' | 'withdrawn';

export interface LifeStep {
  state: LifeState;
  place: 'done' | 'now' | 'next';
}

const ROAD: readonly LifeState[] = ['submitted', 'in_review', 'approved', 'scheduled', 'published'];

/**
 * The thread of five steps with the present one marked. A testimony that waits for changes stands at the review's place; one that was
 * declined or withdrawn ends where it ended, and nothing follows.
 */
export function lifeSteps(state: LifeState): LifeStep[] {
  if (state === 'withdrawn') return [{ state, place: 'now' }];
  if (state === 'draft') return [{ state, place: 'now' }, ...ROAD.map((next) => ({ state: next, place: 'next' as const }))];
  if (state === 'declined')
    return [
      { state: 'submitted', place: 'done' },
      { state: 'in_review', place: 'done' },
      { state, place: 'now' }
    ];
  const at = ROAD.indexOf(state === 'changes_requested' ? 'in_review' : state);
  return ROAD.map((step, place) => ({
    state: place === at ? state : step,
    place: place < at ? 'done' : place === at ? 'now' : 'next'
  }));
}

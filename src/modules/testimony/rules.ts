/** A testimony's life. The database holds the same table (migrations/…_testimony.sql); a test compares the two row by row. */
const STEPS = {
  submit: { from: ['draft', 'changes_requested'], to: 'submitted', by: 'contributor' },
  take: { from: ['submitted'], to: 'in_review', by: 'authenticated' },
  ask_changes: { from: ['in_review'], to: 'changes_requested', by: 'authenticated' },
  approve: { from: ['in_review'], to: 'approved', by: 'authenticated' },
  decline: { from: ['in_review', 'changes_requested'], to: 'declined', by: 'authenticated' },
  schedule: { from: ['approved'], to: 'scheduled', by: 'worker' },
  publish: { from: ['scheduled'], to: 'published', by: 'worker' },
  /** The person saw the public version and said "not yet". */
  hold: { from: ['approved', 'scheduled'], to: 'in_review', by: 'contributor' }
} as const;

export type Step = keyof typeof STEPS;
export type State = 'draft' | 'withdrawn' | (typeof STEPS)[Step]['to'];

export const STATES: readonly State[] = [
  'draft',
  'submitted',
  'in_review',
  'changes_requested',
  'approved',
  'scheduled',
  'published',
  'declined',
  'withdrawn'
];

/** Where `step` leads from `state`, or null where it may not be taken. Withdrawing is possible from every state and is no step. */
export function next(state: State, step: Step): State | null {
  const { from, to } = STEPS[step];
  return (from as readonly State[]).includes(state) ? to : null;
}

/** Every step there is, one row each, as the database's table `testimony_step` has them, withdrawal included. */
export function everyStep(): { from: State; to: State; taken_by: 'contributor' | 'authenticated' | 'worker' }[] {
  const steps = Object.values(STEPS).flatMap(({ from, to, by }) =>
    from.map((state) => ({ from: state as State, to: to as State, taken_by: by }))
  );
  const withdrawals = STATES.filter((state) => state !== 'withdrawn').map((from) => ({
    from,
    to: 'withdrawn' as const,
    taken_by: 'contributor' as const
  }));
  return [...steps, ...withdrawals];
}

/** What the person may still change themselves. */
export function isBeingTold(state: State): boolean {
  return state === 'draft' || state === 'changes_requested';
}

/** How many different people must agree before a testimony is approved (R31). */
export const APPROVALS_NEEDED = 2;

import type { State } from '#modules/testimony/rules.ts';

/** The lists of the queue, in the order in which the desk shows them. */
export const LISTS = ['all', 'mine', 'triage', 'needs_human', 'second_decision', 'replied', 'cooling_off', 'published'] as const;
export type List = (typeof LISTS)[number];

/** What the next step of a testimony waits for. */
export type WaitsFor =
  | 'triage'
  | 'linguist'
  | 'redaction'
  | 'rendition'
  | 'risk'
  | 'first_decision'
  | 'second_decision'
  | 'reply'
  | 'contributor'
  | 'cooling_off'
  | 'nothing';

/** What is known of a testimony in the queue. */
export type Standing = {
  state: State;
  needsHuman: boolean;
  sealed: boolean;
  rendered: boolean;
  riskAssessed: boolean;
  approvals: number;
  unread: number;
};

/** What a testimony waits for: one thing, the first that stands in its way. */
export function waitsFor({ state, needsHuman, sealed, rendered, riskAssessed, approvals, unread }: Standing): WaitsFor {
  switch (state) {
    case 'submitted':
      return needsHuman ? 'linguist' : 'triage';
    case 'changes_requested':
      return unread ? 'reply' : 'contributor';
    case 'in_review':
      if (needsHuman) return 'linguist';
      if (unread) return 'reply';
      if (!sealed) return 'redaction';
      if (!rendered) return 'rendition';
      if (!riskAssessed) return 'risk';
      return approvals ? 'second_decision' : 'first_decision';
    case 'approved':
    case 'scheduled':
      return 'cooling_off';
    default:
      return 'nothing';
  }
}

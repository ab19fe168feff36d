/** Reasons of a stopped step that have words of their own; any other is shown as its code, for whoever runs the machines. */
export const REASONS = ['no_engine', 'machine_refused', 'engine_refused', 'engine_down', 'no_speech'] as const;

export function knownReason(reason: string | null): (typeof REASONS)[number] | null {
  return REASONS.find((known) => known === reason) ?? null;
}

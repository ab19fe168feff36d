/** What a testimony may be used for, each answered for itself (R1), in the order asked. */
export const USES = ['keep', 'research', 'journalists', 'court', 'public', 'education', 'machine'] as const;
/** What may be recognisable in it (R4). */
export const TRAITS = ['name', 'face', 'voice', 'place'] as const;
export const QUESTIONS = [...USES, ...TRAITS] as const;
export type Question = (typeof QUESTIONS)[number];

export const ANSWERS = ['yes', 'no', 'unsure'] as const;
export type Answer = (typeof ANSWERS)[number];

/** Null: not answered. */
export type Answers = Record<Question, Answer | null>;

/** Only a yes is a yes: "not sure" and silence act as no (R2, R12). */
export function isAllowed(answer: Answer | null): boolean {
  return answer === 'yes';
}

/** The question before and after this one, or null at the ends. */
export function neighbours(question: Question): { previous: Question | null; next: Question | null } {
  const at = QUESTIONS.indexOf(question);
  return { previous: QUESTIONS[at - 1] ?? null, next: QUESTIONS[at + 1] ?? null };
}

/** JSON with its keys in order and nothing between: the same bytes for the same content, whoever kept it. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}

/** What may help somebody to begin. None is a question that wants an answer, and none is told to the archive. */
export const PROMPTS = ['person', 'day', 'strength', 'place', 'before', 'return'] as const;
export type Prompt = (typeof PROMPTS)[number];

/** In the person's order, and what they left out. */
export type Order = { shown: readonly Prompt[]; skipped: readonly Prompt[] };

/** An order that was kept as JSON, or the first one: unknown and repeated names are dropped, missing ones come last. */
export function orderOf(kept: string | null): Order {
  const { shown = [], skipped = [] } = parsed(kept);
  const out = PROMPTS.filter((prompt) => skipped.includes(prompt));
  const known = [...new Set(shown)].filter((prompt) => PROMPTS.includes(prompt) && !out.includes(prompt));
  return { shown: [...known, ...PROMPTS.filter((prompt) => !known.includes(prompt) && !out.includes(prompt))], skipped: out };
}

function parsed(kept: string | null): Partial<Order> {
  try {
    const { shown, skipped } = JSON.parse(kept ?? '{}') as Record<string, unknown>;
    return { ...(Array.isArray(shown) && { shown }), ...(Array.isArray(skipped) && { skipped }) };
  } catch {
    return {};
  }
}

/** One place up; the first stays first. Any order comes about so. */
export function sooner({ shown, skipped }: Order, prompt: Prompt): Order {
  const other = shown[shown.indexOf(prompt) - 1];
  if (!other) return { shown, skipped };
  return { shown: shown.map((each) => (each === prompt ? other : each === other ? prompt : each)), skipped };
}

export function skipped(order: Order, prompt: Prompt): Order {
  return { shown: order.shown.filter((each) => each !== prompt), skipped: [...order.skipped, prompt] };
}

/** All of them again, those left out last. */
export function restored(order: Order): Order {
  return { shown: [...order.shown, ...order.skipped], skipped: [] };
}

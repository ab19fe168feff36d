import type { SearchIndex } from '#engines/index/port.ts';
import type { Actor } from '#platform/actor.ts';
import { understand } from './question.ts';
import { tokenise } from './normalise.ts';

const SUGGESTIONS = 8;
const LONGEST_QUESTION = 512;

/**
 * How a question that is being typed may go on: the whole question with its last word completed, from words of what the actor may
 * read. Nothing for fewer than two letters, or after a space.
 */
export async function suggestWords({ index }: { index: SearchIndex }, actor: Actor, typed: string): Promise<string[]> {
  if (typed.length > LONGEST_QUESTION) return [];
  const last = understand(typed).at(-1);
  if (last?.kind !== 'word' || !last.beginnings.length || last.surface.length < 2) return [];
  const before = typed.slice(0, tokenise(typed).at(-1)!.start);
  const words = await index.suggest(actor, last.beginnings, SUGGESTIONS);
  return words.map((word) => before + word);
}

import type { SearchIndex } from '#engines/index/port.ts';
import type { Actor } from '#platform/actor.ts';
import { LONGEST_QUESTION, unfinishedWord } from './question.ts';

const SUGGESTIONS = 8;
const SHORTEST = 2;

/**
 * How a question that is being typed may go on: the whole question with its last word completed, from words of what the actor may
 * read. Nothing for fewer than two letters, or after a space.
 */
export async function suggestWords({ index }: { index: SearchIndex }, actor: Actor, typed: string): Promise<string[]> {
  const unfinished = typed.length > LONGEST_QUESTION ? null : unfinishedWord(typed);
  const beginnings = unfinished?.beginnings.filter((beginning) => beginning.length >= SHORTEST);
  if (!beginnings?.length) return [];
  const words = await index.suggest(actor, beginnings, SUGGESTIONS);
  return words.map((word) => unfinished!.before + word);
}

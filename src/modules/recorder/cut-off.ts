import * as shelf from './shelf.ts';

/** Recordings that were cut off with their browser: on the shelf, not ended, and no tab is recording them. */
export async function cutOff(owner: string): Promise<(shelf.Piece & { untilMs: number })[]> {
  const open = (await shelf.pieces(owner)).filter(({ state }) => state === 'recording');
  const held = new Set((await navigator.locks?.query())?.held?.map(({ name }) => name));
  const left = await Promise.all(
    open
      .filter(({ id }) => !held.has(`recording ${id}`))
      .map(async (piece) => ({ ...piece, untilMs: (await shelf.parts(piece.id)).at(-1)?.untilMs ?? 0 }))
  );
  // Nothing had been kept yet: there is nothing to offer.
  for (const { id } of left.filter(({ untilMs }) => !untilMs)) await shelf.remove(id);
  return left.filter(({ untilMs }) => untilMs);
}

import * as shelf from './shelf.ts';

/** Longer than browsers take to write a new cookie down (Chromium half a minute), and shorter than anyone leaves a page open for. */
const WRITTEN_DOWN_MS = 120_000;

/**
 * Before something is kept here: asks for a way back to the draft, so that a browser which is killed before it wrote its cookie down
 * finds its recording again. The archive gives none where the cookie is older. It ends when the cookie must be there.
 *
 * @param address where the archive gives one: `/ar/tell/back`
 */
export async function leaveWayBack(owner: string, address: string): Promise<void> {
  // Without a line the recording goes on all the same.
  const answer = await fetch(address, { method: 'POST' }).catch(() => null);
  const way = answer?.ok ? ((await answer.json()) as { way: string | null }).way : null;
  if (!way) return;
  await shelf.keepWay({ owner, way, leftAt: Date.now() });
  setTimeout(() => void dropWayBack(owner, address), WRITTEN_DOWN_MS);
}

/** A page that has a session: what stood in for its cookie ends, now or when the cookie must be written down. */
export async function outliveWayBack(owner: string, address: string): Promise<void> {
  const kept = (await shelf.ways()).find((one) => one.owner === owner);
  if (kept) setTimeout(() => void dropWayBack(owner, address), Math.max(0, kept.leftAt + WRITTEN_DOWN_MS - Date.now()));
}

async function dropWayBack(owner: string, address: string): Promise<void> {
  await shelf.dropWay(owner);
  // Good for nobody any more; where the line is down it ends with the session.
  await fetch(address, { method: 'DELETE' }).catch(() => undefined);
}

/** Recordings that this phone keeps and has a way back to; a way to nothing ends here. */
export async function waysBack(): Promise<{ owner: string; way: string; pieces: shelf.Piece[] }[]> {
  const found = await Promise.all((await shelf.ways()).map(async ({ owner, way }) => ({ owner, way, pieces: await shelf.pieces(owner) })));
  for (const { owner } of found.filter(({ pieces }) => !pieces.length)) await shelf.dropWay(owner);
  return found.filter(({ pieces }) => pieces.length);
}

/** Takes the draft up again; false where the way is closed: taken already, or its words are the only way now. */
export async function goBack({ owner, way }: { owner: string; way: string }, address: string): Promise<boolean> {
  const answer = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ way })
  });
  if (answer.ok || answer.status === 404) await shelf.dropWay(owner);
  else throw new Error('later');
  return answer.ok;
}

/** Erases what is kept for it, and the way to it. */
export async function forgetWay(owner: string): Promise<void> {
  for (const { id } of await shelf.pieces(owner)) await shelf.remove(id);
  await shelf.dropWay(owner);
}

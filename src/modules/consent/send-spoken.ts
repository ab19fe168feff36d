import * as shelf from '#modules/recorder/shelf.ts';

/**
 * Sends a short sound from the shelf in one piece and erases it here once the archive has the same SHA-256. `not_sent`: it stays on
 * this device; asking again is enough. `too_long`: the archive cannot take it, and it was erased.
 * @param address where it is taken: `/ar/tell/spoken/consent/sound`
 */
export async function sendSpoken(piece: shelf.Piece, address: string): Promise<'safe' | 'not_sent' | 'too_long'> {
  const source = await shelf.open(piece.id);
  const bytes = await source.read(0, source.size);
  const sha256 = hex(await crypto.subtle.digest('SHA-256', bytes));
  const answer = await fetch(`${address}?${new URLSearchParams({ id: piece.id, sha256 })}`, {
    method: 'POST',
    headers: { 'content-type': piece.mediaType },
    body: bytes
  }).catch(() => null);
  const tooLong = answer?.status === 413;
  if (!answer?.ok && !tooLong) return 'not_sent';
  await shelf.remove(piece.id);
  return tooLong ? 'too_long' : 'safe';
}

function hex(digest: ArrayBuffer): string {
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

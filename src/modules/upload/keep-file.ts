import * as shelf from '#modules/recorder/shelf.ts';

const PART_BYTES = 4 * 1024 * 1024;
/** Left for everything else on the phone. */
const RESERVE_BYTES = 100_000_000;

/** Whether a file's bytes fit on the shelf beside it. */
export async function fitsOnShelf(bytes: number): Promise<boolean> {
  const { quota = 0, usage = 0 } = (await navigator.storage?.estimate?.()) ?? {};
  return quota - usage - RESERVE_BYTES > bytes;
}

/**
 * Copies a chosen file to the shelf, so that sending it outlives the page and the browser.
 *
 * @param onBytes how many bytes are kept so far
 * @throws DOMException `QuotaExceededError` (nothing is left on the shelf then), `NotReadableError`
 */
export async function keepFile(file: File, piece: Omit<shelf.Piece, 'state'>, onBytes: (bytes: number) => void): Promise<void> {
  await shelf.begin({ ...piece, state: 'recording' });
  try {
    for (let index = 0, at = 0; at < file.size; index += 1, at += PART_BYTES) {
      const end = Math.min(at + PART_BYTES, file.size);
      await shelf.append(piece.id, index, await file.slice(at, end).arrayBuffer(), 0);
      onBytes(end);
    }
    await shelf.change(piece.id, { state: 'whole' });
  } catch (error) {
    await shelf.remove(piece.id);
    throw error;
  }
}

import { createHash } from 'node:crypto';
import type { PublicationMediumId } from '#platform/ids.ts';

/**
 * The id of a public file: the same whenever it is asked for, so that a worker killed half-way leaves no file that nobody can name.
 * @param sha256 of the rendition that was approved
 */
export function publicMediumId({ recordingId, sha256 }: { recordingId: string; sha256: string }): PublicationMediumId {
  const hex = createHash('sha256').update(`${recordingId}/${sha256}`).digest('hex');
  // Marked as a UUID of version 8: made by our own rule (RFC 9562, 5.8).
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)];
  return parts.join('-') as PublicationMediumId;
}

export const publicMediumKey = (id: PublicationMediumId): string => `publications/${id}`;

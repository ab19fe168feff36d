import type { DataStore } from '@tus/server';
import type { RecordingId } from '#platform/ids.ts';

/** How long an upload may be silent before it is cleared away. */
export const SILENCE_MS = 14 * 24 * 3_600_000;

/** Where a recording lies in the media store. */
export const recordingKey = (id: string): string => `recordings/${id}`;

/** Where recordings gather while they are on their way: tus writes here, and the archive asks the rest. The upload's id is the recording's. */
export type UploadStore = DataStore & {
  /** Whether anything of this upload lies here. */
  knows(id: RecordingId): Promise<boolean>;
  /** Bytes that may still come, or null where no limit is known. @throws DomainError `store_down` */
  room(): Promise<number | null>;
  /** Every byte is here: makes them the recording in the media store. Again is no error. @throws DomainError `not_found`, `store_down` */
  complete(id: RecordingId): Promise<void>;
  /**
   * Clears away what was silent for 14 days, and the records of what was taken in long ago.
   * @param now ms since the epoch
   * @returns how many
   */
  expire(now: number): Promise<number>;
};

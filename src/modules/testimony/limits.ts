/** The largest recording (bytes, 16 GiB); the table holds the same. */
export const MOST_BYTES = 17_179_869_184;

/** All recordings of one testimony together (bytes, 32 GiB): some twenty hours on video, and no way to fill a disk. */
export const MOST_BYTES_TOGETHER = 2 * MOST_BYTES;
